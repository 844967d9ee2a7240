/* Switches: what each does, that every node follows within a second, and that nothing is lost by it. Every
 * one is unset at the end. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { Client, type Json, ok, places, type Reply, refused } from './lib/client.js';
import { command, root, Server, waitFor } from './lib/harness.js';
import { type FullLeague, fullLeague, makeLeague, SMALL } from './lib/leagues.js';
import { operator, operatorAgain, PASSWORD, type Person, person, signIn } from './lib/people.js';
import { sql } from './lib/sql.js';
import { Live } from './lib/socket.js';

const SECOND = 1_000;
const nobody = new Client();
let boss: Client;
let ada: Person;
let other: Server;
/** The operator, on the other node. */
let there: Client;

const mayFail = { mayFail: true };
const set = (name: string, body: Json): Promise<Reply> => boss.put(`/api/admin/switches/${name}`, body);
const unset = (name: string): Promise<Reply> => boss.delete(`/api/admin/switches/${name}`);

async function valueOn(client: Client, name: string): Promise<Json> {
  const { switches } = ok(await client.get('/api/admin/switches'));
  return switches.find((each: Json) => each.name === name);
}

/** Runs `what` with a switch set, and unsets it whatever happens. */
async function having(name: string, body: Json, what: (set: Json) => Promise<void>): Promise<void> {
  try {
    const done = ok(await set(name, body));
    const value = body.value === 'on' || body.value === 'true' ? true : body.value;
    await waitFor(async () => (await valueOn(there, name)).value === value, `${name} on the other node`, 5 * SECOND);
    await waitFor(async () => (await valueOn(boss, name)).value === value, `${name} here`, 5 * SECOND);
    await what(done);
  } finally {
    ok(await unset(name));
  }
  await waitFor(async () => (await valueOn(boss, name)).source === 'default', `${name} is unset`, 5 * SECOND);
}

describe('switches', () => {
  before(async () => {
    boss = (await operator()).client;
    ada = await person('Ada');
    other = await Server.start('switches-other', { TRUST_PROXY: 'on', RATE_LIMITS: 'off', NODE_NAME: 'other' });
    there = new Client(other.url);
    boss.cookies.forEach((value, name) => there.cookies.set(name, value));
    there.csrf = boss.csrf;
  });

  describe('switching', () => {
    test('every switch is followed by both nodes within a second, set and unset', async () => {
      const { switches } = ok(await boss.get('/api/admin/switches'));
      assert.equal(switches.length, 14);
      const figures: string[] = [];
      const times: number[] = [];
      for (const { name, type, value } of switches) {
        const wanted = type === 'number' ? 40 : true;
        const both = async (is: Json) =>
          (await valueOn(boss, name)).value === is && (await valueOn(there, name)).value === is;
        const done = ok(await set(name, { value: wanted, reason: 'a test' }));
        const began = performance.now();
        assert.equal(done.after, type === 'number' ? '40' : 'on');
        await waitFor(() => both(wanted), `${name} is ${wanted} on both nodes`, 10 * SECOND);
        const on = performance.now() - began;
        ok(await unset(name));
        const ended = performance.now();
        await waitFor(() => both(value), `${name} is as before on both nodes`, 10 * SECOND);
        const off = performance.now() - ended;
        times.push(on, off);
        figures.push(`${name} ${on.toFixed(0)}/${off.toFixed(0)}`);
      }
      console.log(`# ms until both nodes follow, set/unset: ${figures.join(', ')}`);
      /* One that took longer on a machine full of other work proves nothing; most of them would. */
      const late = times.filter((ms) => ms > SECOND).length;
      assert(late <= 2, `${late} of ${times.length} took longer than a second`);
    });

    test('without any news the poll finds it within a second, and its end as well', async () => {
      const order = `insert into ops_controls (kind, key, value, reason, set_at, expires_at) values ('flag',
        'ADVANCED_CACHING', '{"value": "on", "by": "a test"}', 'no news', clock_timestamp(),
        clock_timestamp() + interval '2 s');`;
      sql(order);
      const stored = performance.now();
      await waitFor(async () => (await valueOn(there, 'ADVANCED_CACHING')).value, 'the poll', 5 * SECOND);
      const found = performance.now() - stored;
      await waitFor(async () => !(await valueOn(there, 'ADVANCED_CACHING')).value, 'its end', 10 * SECOND);
      const last = async () =>
        ok(await boss.get('/api/admin/switches/history', { query: { name: 'ADVANCED_CACHING', countMax: 1 } })).changes[0];
      await waitFor(async () => (await last())?.action === 'expire', 'its end is in the history', 10 * SECOND);
      console.log(`# ms until the poll alone has found it: ${found.toFixed(0)}`);
    });

    test('who, why, until when and what was before are in the answer, the history and the audit log', async () => {
      const done = ok(await set('DATABASE_POOL_TIMEOUT', { value: 4000, expiresIn: 60, reason: 'slow disk' }));
      assert.equal(done.before, null);
      assert.equal(done.after, '4000');
      const again = ok(await set('DATABASE_POOL_TIMEOUT', { value: '5000', reason: 'slower' }));
      assert.equal(again.before, '4000');
      assert.equal(again.switch.value, 5000);
      assert.match(again.switch.by, /^operator \d+$/);
      assert.equal(ok(await unset('DATABASE_POOL_TIMEOUT')).after, null);
      assert.equal(ok(await unset('DATABASE_POOL_TIMEOUT')).changed, false);
      const { changes } = ok(
        await boss.get('/api/admin/switches/history', { query: { name: 'DATABASE_POOL_TIMEOUT', countMax: 3 } }),
      );
      assert.deepEqual(
        changes.map((each: Json) => [each.action, each.before, each.after, each.reason]),
        [
          ['unset', '5000', null, null],
          ['set', '4000', '5000', 'slower'],
          ['set', null, '4000', 'slow disk'],
        ],
      );
      const rows = sql(`select action, before ->> 'value', after ->> 'value', reason from audit_log
        where target_id = 'DATABASE_POOL_TIMEOUT' order by seq desc limit 3;`);
      assert.equal(rows, 'switch.unset|5000||\nswitch.set|4000|5000|slower\nswitch.set||4000|slow disk');
    });

    test('what is not acceptable is refused, with every fault named', async () => {
      const bad: [string, Json, string[]][] = [
        ['MAINTENANCE_MODE', { value: 'perhaps', expiresIn: 0 }, ['/expiresIn']],
        ['MAINTENANCE_MODE', { value: 'perhaps' }, ['/value']],
        ['DATABASE_POOL_SIZE', { value: 1001 }, ['/value']],
        ['DATABASE_POOL_SIZE', { value: -1 }, ['/value']],
        ['ENHANCED_LOGGING', { value: 'x', expiresIn: 86_401 }, ['/expiresIn', '/value']],
        ['MAINTENANCE_MODE', {}, ['/value']],
      ];
      for (const [name, body, faults] of bad) {
        assert.deepEqual(places(refused(await set(name, body), 'invalid')), faults, `${name} ${JSON.stringify(body)}`);
      }
      refused(await set('NO_SUCH_SWITCH', { value: true }), 'not-found');
      refused(await unset('NO_SUCH_SWITCH'), 'not-found');
      refused(await ada.client.put('/api/admin/switches/MAINTENANCE_MODE', { value: true }), 'forbidden');
    });

    test('enhanced logging ends by itself, an hour when nobody says', async () => {
      const { switch: state } = ok(await set('ENHANCED_LOGGING', { value: true }));
      assert.equal(Math.round((Date.parse(state.expiresAt) - Date.parse(state.since)) / SECOND), 3600);
      ok(await unset('ENHANCED_LOGGING'));
    });
  });

  describe('modes', () => {
    test('maintenance: users wait, operators work, health and files stay', async () => {
      const listener = await Live.open(ada.client);
      const order = { value: true, expiresIn: 600, reason: 'a test', message: 'Back at three.' };
      await having('MAINTENANCE_MODE', order, async () => {
        for (const client of [nobody, ada.client]) {
          const reply = await client.get('/api/leagues', mayFail);
          assert.equal(reply.status, 503);
          const { detail } = refused(reply, 'maintenance');
          assert.equal(detail, 'Back at three.');
          const seconds = Number(reply.headers['retry-after']);
          assert(seconds > 590 && seconds <= 601, `${seconds} s`);
        }
        refused(await ada.client.post('/api/leagues', { name: 'No', teamName: 'No' }, mayFail), 'maintenance');
        const page = await nobody.send('GET', '/leagues/1', undefined, {});
        assert.equal(page.status, 503);
        assert.match(String(page.headers['content-type']), /^text\/html/);
        assert.equal(page.headers['cache-control'], 'no-store');
        assert(Number(page.headers['retry-after']) > 0);
        assert.equal((await nobody.send('GET', '/robots.txt', undefined, {})).status, 200);
        assert.equal((await nobody.send('GET', '/leagues/1', undefined, { headers: { 'If-None-Match': '*' } })).status, 503);
        const health = await waitFor(async () => {
          const body = ok(await nobody.get('/api/health'));
          return body.mode === 'maintenance' ? body : undefined;
        }, 'health says so', 10 * SECOND);
        assert.equal(health.message, 'Back at three.');
        assert(Date.parse(health.until) > Date.now());
        ok(await boss.get('/api/leagues'));
        ok(await makeLeague(boss).then(() => boss.get('/api/auth/me')));
        refused(await nobody.post('/api/auth/login', { email: ada.email, password: PASSWORD }, mayFail), 'maintenance');
        refused(await nobody.post('/api/auth/login', { email: ada.email, password: 'wrong password' }, mayFail), 'maintenance');
        await operatorAgain();
        const closed = await listener.gone();
        assert.equal(closed.code, 1013);
        await assert.rejects(Live.open(ada.client), /503/);
        const own = await Live.open(boss);
        own.close();
      });
      ok(await ada.client.get('/api/leagues'));
      assert.equal((await nobody.send('GET', '/leagues/1', undefined, {})).status, 200);
    });

    test('read-only: reading goes on, nobody writes', async () => {
      const listener = await Live.open(ada.client);
      await having('READ_ONLY_MODE', { value: true }, async () => {
        ok(await ada.client.get('/api/leagues'));
        for (const client of [ada.client, boss]) {
          const reply = await client.post('/api/leagues', { name: 'No', teamName: 'No' }, mayFail);
          refused(reply, 'read-only');
          assert.equal(reply.status, 503);
          assert.equal(reply.headers['retry-after'], '60');
        }
        refused(await nobody.post('/api/auth/login', { email: ada.email, password: PASSWORD }, mayFail), 'read-only');
        await listener.settle();
      });
      listener.close();
      await makeLeague(ada.client);
    });

    test('lockdown: only operators come in, nobody writes, sockets are closed', async () => {
      const { secret } = ok(await ada.client.post('/api/auth/tokens', { name: 'robot', scopes: ['read', 'account'] }));
      const robot = new Client();
      robot.token = secret;
      ok(await robot.get('/api/auth/me'));
      const listener = await Live.open(ada.client);
      await having('SECURITY_LOCKDOWN', { value: true }, async () => {
        const account = { email: ada.email, password: PASSWORD };
        const reply = await nobody.post('/api/auth/login', account);
        assert.equal(reply.status, 423);
        refused(reply, 'lockdown');
        refused(await nobody.post('/api/auth/login', { ...account, password: 'wrong password' }), 'lockdown');
        const fresh = { email: 'fresh@example.org', password: PASSWORD, displayName: 'Fresh' };
        refused(await nobody.post('/api/auth/register', fresh), 'lockdown');
        refused(await robot.get('/api/auth/me'), 'lockdown');
        refused(await ada.client.post('/api/leagues', { name: 'No', teamName: 'No' }), 'lockdown');
        refused(await boss.post('/api/leagues', { name: 'No', teamName: 'No' }), 'lockdown');
        ok(await ada.client.get('/api/auth/me'));
        ok(await nobody.get('/api/health'));
        assert.equal((await listener.gone()).code, 1013);
        await assert.rejects(Live.open(ada.client), /423/);
        await operatorAgain();
        ok(await boss.post('/api/admin/cache-clear'));
      });
      ok(await robot.get('/api/auth/me'));
    });

    test('emergency is maintenance and lockdown at once', async () => {
      await having('EMERGENCY_MODE', { value: 'on' }, async () => {
        refused(await ada.client.get('/api/auth/me', mayFail), 'maintenance');
        ok(await boss.get('/api/auth/me'));
        refused(await boss.post('/api/leagues', { name: 'No', teamName: 'No' }), 'lockdown');
      });
    });

    test('recovery: health and operators’ addresses only, no jobs, no migrations', async () => {
      await having('RECOVERY_MODE', { value: true }, async () => {
        ok(await nobody.get('/api/health'));
        refused(await boss.get('/api/auth/me', mayFail), 'recovery');
        refused(await boss.post('/api/auth/login', { email: ada.email, password: PASSWORD }, mayFail), 'recovery');
        ok(await boss.get('/api/admin/switches'));
        const refusal = await command(['migrate', 'up', '--json']);
        assert.equal(refusal.code, 5, refusal.stdout);
        const runs = async () => {
          const { jobs } = ok(await boss.get('/api/admin/system-snapshot'));
          return jobs.find((job: Json) => job.name === 'figures').runs;
        };
        const rested = await runs();
        await new Promise((resolve) => setTimeout(resolve, 1_500)); /* nothing happens: there is nothing to wait for */
        assert(await runs() <= rested + 1, 'no job has run');
      });
      await signIn(ada.email);
    });

    test('planned refusals are no errors in the figures', async () => {
      const errors = async () => ok(await boss.get('/api/metrics/errors')).errors;
      const before = await errors();
      await having('MAINTENANCE_MODE', { value: true }, async () => {
        for (let i = 0; i < 20; i++) {
          refused(await nobody.get('/api/leagues', mayFail), 'maintenance');
        }
      });
      assert.equal(await errors(), before);
    });
  });

  describe('draft clocks', () => {
    const readDraft = async (league: FullLeague): Promise<Json> => ok(await boss.get(`/api/draft/${league.draftId}`));

    test('stand still to the millisecond while users cannot change anything, whoever dies meanwhile', async () => {
      const league = await fullLeague(['Ada', 'Bob', 'Cyd', 'Dan'], { settings: { ...SMALL, visibility: 'public' } });
      ok(await ada.client.post(`/api/draft/${league.draftId}/control`, { action: 'start' }));
      const third = await Server.start('switches-third', { TRUST_PROXY: 'on', NODE_NAME: 'third' });
      sql(`update drafts set deadline_at = clock_timestamp() + interval '2500 ms' where id = ${league.draftId};`);
      const deadline = Number(
        sql(`select (extract(epoch from deadline_at) * 1000)::numeric(20, 3) from drafts where id = ${league.draftId};`),
      );
      let left = 0;
      try {
        const done = ok(await set('MAINTENANCE_MODE', { value: true }));
        left = deadline - Date.parse(done.switch.since);
        assert(left > 500 && left < 2500, `${left} ms are left`);
        const frozen = await waitFor(async () => {
          const draft = await readDraft(league);
          return draft.state === 'paused' ? draft : undefined;
        }, 'the clock stands', 10 * SECOND);
        assert(Math.abs(frozen.pausedRemainingMs - left) <= 5, `${frozen.pausedRemainingMs} of ${left} ms`);
        assert.equal(frozen.deadlineAt, null);
        third.signal('SIGKILL');
        await waitFor(() => Date.now() > deadline + SECOND, 'the old deadline has passed', 5 * SECOND);
        const late = await readDraft(league);
        assert.equal(late.currentPick, 1, 'nobody was picked for');
        assert.equal(late.pausedRemainingMs, frozen.pausedRemainingMs);
      } finally {
        ok(await unset('MAINTENANCE_MODE'));
      }
      const running = await waitFor(async () => {
        const draft = await readDraft(league);
        return draft.state === 'running' ? draft : undefined;
      }, 'the clock goes on', 10 * SECOND);
      const event = sql(`select (extract(epoch from at) * 1000)::numeric(20, 3) from league_events
        where league_id = ${league.id} and kind = 'draft.resumed' order by seq desc limit 1;`);
      const error = Date.parse(running.deadlineAt) - Number(event) - left;
      assert(Math.abs(error) <= 50, `${error} ms off`);
      console.log(`# remaining draft time after the freeze: ${error.toFixed(1)} ms off`);
      await waitFor(async () => (await readDraft(league)).currentPick > 1, 'the clock rings', 5 * SECOND);
    });

    test('a draft that its commissioner has paused stays paused', async () => {
      const league = await fullLeague(['Ada', 'Bob', 'Cyd', 'Dan'], { settings: { ...SMALL, visibility: 'public' } });
      for (const action of ['start', 'pause']) {
        ok(await ada.client.post(`/api/draft/${league.draftId}/control`, { action }));
      }
      const { seq } = await readDraft(league);
      await having('READ_ONLY_MODE', { value: true }, async () => undefined);
      const later = await readDraft(league);
      assert.equal(later.state, 'paused');
      assert.equal(later.seq, seq);
    });
  });

  describe('the database', () => {
    const pool = async (): Promise<Json> => ok(await boss.get('/api/health/db')).connectionPool;
    const connections = (): number =>
      Number(
        sql(`select count(*) from pg_stat_activity where datname = current_database()
          and backend_type = 'client backend' and pid <> pg_backend_pid();`),
      );

    test('DATABASE_POOL_SIZE is the real pool’s, and no request fails while it changes', async () => {
      const size = (await pool()).size;
      const all = connections();
      const rest = all - 2 * size; /* what listens, on two nodes */
      let isOver = false;
      let answered = 0;
      const worker = async () => {
        const { id } = await makeLeague(ada.client);
        for (let i = 0; !isOver; i++) {
          ok(await ada.client.get('/api/auth/sessions'));
          ok(await ada.client.patch(`/api/leagues/${id}`, { name: `Name ${i}` }));
          answered += 2;
        }
      };
      const workers = Promise.all([worker(), worker(), worker(), worker()]);
      const seen: string[] = [];
      try {
        for (const wanted of [30, 7, 50, 6]) {
          ok(await set('DATABASE_POOL_SIZE', { value: wanted, reason: 'a test' }));
          await waitFor(async () => (await pool()).size === wanted, `a pool of ${wanted}`, 60 * SECOND);
          await waitFor(() => connections() === 2 * wanted + rest, `${wanted} connections of each node`, 60 * SECOND);
          await waitFor(async () => (await pool()).ready === wanted, `${wanted} ready`, 60 * SECOND);
          seen.push(`${wanted}: ${connections() - rest} on two nodes`);
        }
      } finally {
        ok(await unset('DATABASE_POOL_SIZE'));
      }
      await waitFor(() => connections() === all, 'as before', 60 * SECOND);
      isOver = true;
      await workers;
      console.log(`# pool and pg_stat_activity: ${seen.join(', ')}; ${answered} requests meanwhile, 0 failed`);
    });

    test('a statement and the wait for a connection take no longer than is said', async () => {
      const league = await makeLeague(ada.client);
      const lock = spawn('psql', ['-XqAt', '-d', process.env['ASTRALFIELD_TEST_DB'] ?? ''], { stdio: ['pipe', 'pipe', 'inherit'] });
      const rename = () => ada.client.patch(`/api/leagues/${league.id}`, { name: 'Renamed' }, mayFail);
      try {
        ok(await set('DATABASE_STATEMENT_TIMEOUT', { value: 300 }));
        let said = '';
        lock.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
        lock.stdin.write(`begin; select 'locked' from leagues where id = ${league.id} for update;\n`);
        await waitFor(() => said.includes('locked'), 'the row is locked');
        const began = performance.now();
        refused(await rename(), 'timeout');
        const took = performance.now() - began;
        assert(took >= 250 && took < 3_000, `${took} ms`);
        ok(await set('DATABASE_STATEMENT_TIMEOUT', { value: 4000 }));
        ok(await set('DATABASE_POOL_TIMEOUT', { value: 200 }));
        ok(await set('DATABASE_POOL_SIZE', { value: 6 }));
        await waitFor(async () => (await pool()).size === 6, 'one connection for transactions per loop', 60 * SECOND);
        const replies = await Promise.all(Array.from({ length: 8 }, rename));
        const slugs = replies.map((reply) => String(reply.body?.type).replace('/problems/', ''));
        assert(slugs.filter((slug) => slug === 'overloaded').length >= 4, slugs.join(' '));
      } finally {
        lock.stdin.end('rollback;\n');
        for (const name of ['DATABASE_STATEMENT_TIMEOUT', 'DATABASE_POOL_TIMEOUT', 'DATABASE_POOL_SIZE']) {
          ok(await unset(name));
        }
      }
      await waitFor(async () => (await rename()).status === 200, 'it goes on');
    });
  });

  describe('the cache', () => {
    test('CACHE_POOL_SIZE is the number of connections to Redis, and nobody loses an answer', async () => {
      const clients = async (): Promise<number> =>
        ok(await boss.get('/api/health/cache')).connections as number;
      const before = await clients();
      let isOver = false;
      const worker = async () => {
        while (!isOver) {
          ok(await ada.client.get('/api/auth/me'));
        }
      };
      const workers = Promise.all([worker(), worker(), worker(), worker()]);
      try {
        for (const size of [15, 2, 8]) {
          ok(await set('CACHE_POOL_SIZE', { value: size }));
          await waitFor(
            async () => (await clients()) - before === 2 * (size - 2),
            `${size} connections of each node, which had one on each of two loops`,
            60 * SECOND,
          );
        }
      } finally {
        ok(await unset('CACHE_POOL_SIZE'));
      }
      await waitFor(async () => (await clients()) === before, 'as before', 60 * SECOND);
      isOver = true;
      await workers;
    });
  });

  describe('sockets', () => {
    test('a thousand are restarted by WEBSOCKET_RESTART, come back with jitter and miss nothing', async () => {
      const SOCKETS = 1_000;
      const league = await makeLeague(ada.client, { settings: { visibility: 'public' } });
      const stream = `league:${league.id}`;
      const first = ok(await ada.client.get(`/api/leagues/${league.id}`)).seq as number;
      let number = 0;
      const change = async () => {
        number += 1;
        ok(await ada.client.patch(`/api/leagues/${league.id}`, { name: `Name ${number}` }));
      };
      const codes = new Map<number, number>();
      const times: number[] = [];
      let last = first;
      let isOver = false;
      /* As the web client does it: again after a while that differs from one to the other, from the last number. */
      const follow = async (client: Client): Promise<number[]> => {
        const heard: number[] = [];
        let from = first;
        for (;;) {
          const live = await Live.open(client);
          await live.subscribe(stream, from);
          await waitFor(() => live.closed !== undefined || (isOver && (live.numbered().at(-1)?.seq ?? from) >= last), 'news', 60_000);
          heard.push(...live.numbered().map((message) => message.seq as number));
          from = heard.at(-1) ?? first;
          if (live.closed === undefined) {
            live.close();
            return heard;
          }
          const closedAt = performance.now();
          codes.set(live.closed.code, (codes.get(live.closed.code) ?? 0) + 1);
          await new Promise((resolve) => setTimeout(resolve, 500 * (0.75 + Math.random() / 2)));
          times.push(performance.now() - closedAt);
        }
      };
      const open = async () => ok(await boss.get('/api/metrics/realtime')).activeConnections as number;
      const followers = [];
      for (let i = 0; i < SOCKETS; i++) {
        followers.push(follow(ada.client));
        if (i % 50 === 49) {
          await waitFor(async () => (await open()) >= i + 1, `${i + 1} sockets`, 30_000);
        }
      }
      await change();
      const began = performance.now();
      const done = ok(await set('WEBSOCKET_RESTART', { value: true, reason: 'a test' }));
      assert(Date.parse(done.switch.expiresAt) - Date.parse(done.switch.since) <= 10_500, 'it resets itself');
      for (let i = 0; i < 10; i++) {
        await change();
      }
      await waitFor(() => times.length >= SOCKETS, 'everybody was closed', 30_000);
      await waitFor(async () => (await open()) >= SOCKETS, 'everybody is back', 60_000);
      const back = performance.now() - began;
      await change();
      last = ok(await ada.client.get(`/api/leagues/${league.id}`)).seq;
      isOver = true;
      const heard = await Promise.all(followers);
      const wanted = Array.from({ length: last - first }, (_, i) => first + 1 + i);
      const lost = heard.filter((each) => JSON.stringify(each) !== JSON.stringify(wanted)).length;
      assert.deepEqual([...codes], [[1012, SOCKETS]]);
      assert.equal(lost, 0);
      console.log(`# ${SOCKETS} sockets restarted, all back after ${back.toFixed(0)} ms, ${wanted.length} events each, lost: ${lost}`);
      await waitFor(async () => !(await valueOn(boss, 'WEBSOCKET_RESTART')).value, 'it has reset itself', 15_000);
    });
  });

  describe('the command line', () => {
    const run = async (...args: string[]): Promise<Json> => {
      const { code, stdout, stderr } = await command([...args, '--json']);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      return JSON.parse(stdout);
    };
    const here = async (name: string): Promise<Json> => (await valueOn(boss, name)).value;

    test('env sets, shows, unsets and rolls back a switch that servers follow', async () => {
      const { changes } = await run('env', 'set', 'DATABASE_POOL_TIMEOUT', '1234', '--reason', 'a test');
      assert.deepEqual([changes[0].before, changes[0].after], ['', '1234']);
      await waitFor(async () => (await here('DATABASE_POOL_TIMEOUT')) === 1234, 'the server follows', 5 * SECOND);
      const { variables, mode } = await run('env', 'ls', '--scope', 'production');
      assert.equal(mode, 'normal');
      const row = variables.find((each: Json) => each.name === 'DATABASE_POOL_TIMEOUT');
      assert.equal(row.value, '1234');
      assert.equal(row.source, 'order');
      assert.match(row.by, /@/);
      assert.equal(variables.find((each: Json) => each.name === 'DATABASE_URL').value, '********');
      assert.equal((await run('env', 'get', 'DATABASE_POOL_TIMEOUT')).reason, 'a test');
      assert((await run('env', 'diff')).variables.some((each: Json) => each.name === 'DATABASE_POOL_TIMEOUT'));
      await run('env', 'set', 'DATABASE_POOL_TIMEOUT', '2345');
      const history = await run('env', 'history', 'DATABASE_POOL_TIMEOUT', '--count', '1');
      await run('env', 'rollback', String(history.changes[0].id));
      await waitFor(async () => (await here('DATABASE_POOL_TIMEOUT')) === 1234, 'the value from before', 5 * SECOND);
      await run('env', 'unset', 'DATABASE_POOL_TIMEOUT');
      await waitFor(async () => (await here('DATABASE_POOL_TIMEOUT')) === 0, 'it is unset', 5 * SECOND);
      const local = sql(`select count(*) from audit_log where actor_kind = 'local' and action like 'switch.%';`);
      assert(Number(local) >= 4);
    });

    test('a setting goes into astralfield.conf, for the next start', async () => {
      const set = await run('env', 'set', 'STOP_MS', '12345');
      assert.equal(set.restartNeeded, true);
      assert.equal(set.audited, true);
      const row = await run('env', 'get', 'STOP_MS');
      assert.deepEqual([row.value, row.source], ['12345', 'file']);
      const dry = await run('env', 'set', 'STOP_MS', '500', '--dry-run');
      assert.equal(dry.dryRun, true);
      assert.equal((await run('env', 'get', 'STOP_MS')).value, '12345');
      const { changes } = await run('env', 'history', 'STOP_MS');
      assert.deepEqual([changes[0].action, changes[0].after], ['set', '12345']);
      await run('env', 'unset', 'STOP_MS');
      assert.equal((await run('env', 'get', 'STOP_MS')).source, 'default');
    });

    test('what is wrong is wrong usage, and changes nothing', async () => {
      for (const args of [
        ['env', 'set', 'MAINTENANCE_MODE', 'perhaps'],
        ['env', 'set', 'STOP_MS', 'soon'],
        ['env', 'set', 'NO_SUCH_NAME', '1'],
        ['env', 'get', 'NO_SUCH_NAME'],
        ['env', 'ls', '--scope', 'staging'],
        ['env', 'rollback', 'x'],
        ['maintenance', 'on', '--until', 'yesterday'],
      ]) {
        const { code, stdout } = await command([...args, '--json']);
        assert.equal(code, 2, `${args.join(' ')}: ${stdout}`);
        assert.equal(JSON.parse(stdout).type, '/problems/usage');
      }
    });

    test('maintenance and lockdown by command, also a dry run of them', async () => {
      await run('maintenance', 'on', '--dry-run');
      assert.equal((await run('maintenance', 'status')).mode, 'normal');
      const on = await run('maintenance', 'on', '--until', '15m', '--message', 'Soon.', '--reason', 'a test');
      assert.equal(on.mode, 'maintenance');
      await waitFor(async () => (await nobody.get('/api/leagues', mayFail)).status === 503, 'users wait', 5 * SECOND);
      const { switches } = await run('maintenance', 'status');
      assert.equal(switches[0].message, 'Soon.');
      const left = Date.parse(switches[0].expiresAt) - Date.now();
      assert(left > 890 * SECOND && left <= 900 * SECOND, `${left} ms`);
      await run('maintenance', 'readonly');
      assert.equal((await run('maintenance', 'off')).mode, 'normal');
      await waitFor(async () => (await nobody.get('/api/leagues', mayFail)).status === 200, 'it is over', 5 * SECOND);
      assert.equal((await run('lockdown', 'on')).mode, 'lockdown');
      assert.equal((await run('lockdown', 'status')).mode, 'lockdown');
      assert.equal((await run('lockdown', 'off')).mode, 'normal');
      await waitFor(async () => (await valueOn(boss, 'SECURITY_LOCKDOWN')).source === 'default', 'it is over', 5 * SECOND);
    });
  });

  describe('other switches', () => {
    test('ESPN fallback is what its health says', async () => {
      await having('ESPN_FALLBACK_MODE', { value: true }, async () => {
        const health = await waitFor(async () => {
          const body = ok(await nobody.get('/api/espn/health'));
          return body.espn === 'fallback' ? body : undefined;
        }, 'fallback', 10 * SECOND);
        assert.equal(health.fallbackMode, true);
      });
    });

    test('advanced caching lets caches in front of us answer, browsers still ask', async () => {
      const { id } = await makeLeague(ada.client, { settings: { visibility: 'public' } });
      const control = async (path: string) => String((await nobody.send('GET', path, undefined, {})).headers['cache-control']);
      const standings = `/api/leagues/${id}/standings`;
      const plain = await control(standings);
      await having('ADVANCED_CACHING', { value: true }, async () => {
        for (let i = 0; i < 2; i++) {
          assert.match(await control(standings), /^public, max-age=0, s-maxage=10/);
        }
        assert.match(await control('/leagues'), /s-maxage=60/);
        assert.equal(String((await ada.client.get('/api/auth/me')).headers['cache-control']), 'no-store');
        const { cacheMetrics } = ok(await boss.get('/api/metrics/performance'));
        assert.deepEqual([cacheMetrics.advanced, cacheMetrics.sharedDocumentSeconds], [true, 10]);
      });
      assert.equal(await control(standings), plain);
    });

    test('enhanced logging tells of sign-ins, refusals and writes, and of no secret', async () => {
      await having('ENHANCED_LOGGING', { value: true }, async () => {
        const headers = { 'X-Request-Id': 'enhanced-log-1', 'User-Agent': 'curl token=hunter2secret ada@example.org' };
        refused(
          await nobody.post('/api/auth/login', { email: ada.email, password: 'hunter3secret' }, { headers }),
          'wrong-credentials',
        );
        const log = () => readFileSync(join(root, 'tests/api/build/server.log'), 'utf8');
        const line = await waitFor(
          () => log().split('\n').find((each) => each.includes('event=security') && each.includes('enhanced-log-1')),
          'a line of the sign-in',
        );
        assert.match(line, /what=sign_in method=POST .* status=401 error=E_CREDENTIALS actor=anonymous/);
        assert(!/hunter|example\.org|@/.test(line), line);
        refused(await nobody.get('/api/admin/switches', { headers: { 'X-Request-Id': 'enhanced-log-2' } }), 'sign-in-required');
        await waitFor(() => log().includes('id=enhanced-log-2 what=refused'), 'a line of the refusal');
      });
    });

    test('HOTFIX_MODE marks the version', async () => {
      await having('HOTFIX_MODE', { value: true }, async () => {
        await waitFor(async () => ok(await nobody.get('/api/version')).hotfix === true, 'the label', 10 * SECOND);
      });
      await waitFor(async () => ok(await nobody.get('/api/version')).hotfix === false, 'no label', 10 * SECOND);
    });
  });

  test('every switch is off again, and the other node stops cleanly', async () => {
    const { mode, switches } = ok(await boss.get('/api/admin/switches'));
    assert.equal(mode, 'normal');
    assert.deepEqual(
      switches.filter((each: Json) => each.source !== 'default').map((each: Json) => each.name),
      [],
    );
    assert.equal(await other.stop(), 0);
    assert.deepEqual(other.complaints(), []);
  });
});
