/* Operators' endpoints: who reaches them, that their figures are true, and that their actions act. They
 * throw everybody out, so they come last. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { api, Client, type Json, ok, places, refused } from './lib/client.js';
import { Server, waitFor } from './lib/harness.js';
import { smallLeague } from './lib/leagues.js';
import { emailOf, operator, operatorAgain, person, register } from './lib/people.js';
import { sql } from './lib/sql.js';
import { Live } from './lib/socket.js';

const nobody = new Client();
const SECOND = 1_000;

interface Direct {
  status: number;
  body: Json;
  text: string;
}

/** As curl on the machine itself asks: no proxy's header, no browser's. */
function direct(
  method: string,
  path: string,
  options: { url?: string; headers?: Record<string, string>; payload?: string; from?: string } = {},
): Promise<Direct> {
  const { payload, from } = options;
  return new Promise((resolve, reject) => {
    const url = new URL(path, options.url ?? nobody.url);
    const sent = request(url, { method, headers: options.headers ?? {}, localAddress: from, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.on('end', () => {
        const isJson = /[/+]json$/.test(incoming.headers['content-type'] ?? '');
        resolve({ status: incoming.statusCode ?? 0, text, body: isJson ? JSON.parse(text) : undefined });
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}

async function got(path: string, url?: string): Promise<Json> {
  const reply = await direct('GET', path, url === undefined ? {} : { url });
  assert.equal(reply.status, 200, `${path}: ${reply.text}`);
  return reply.body;
}

const opsRows = api().rows.filter((row) => row.access === 'ops');

describe('who reaches operators’ addresses', () => {
  test('there are as many as the runbook needs', () => {
    assert(opsRows.length >= 25, `${opsRows.length} rows`);
  });

  test('a direct connection from the machine itself does', async () => {
    assert.equal((await direct('GET', '/api/metrics/errors')).status, 200);
    const { port } = new URL(nobody.url);
    const named = await direct('GET', '/api/metrics/errors', { headers: { Host: `localhost:${port}` } });
    assert.equal(named.status, 200);
  });

  test('what came through a proxy, from a page or under a foreign name does not', async () => {
    const tricks: Record<string, string>[] = [
      { 'X-Forwarded-For': '127.0.0.1' },
      { Forwarded: 'for=127.0.0.1' },
      { 'X-Real-IP': '127.0.0.1' },
      { Via: '1.1 proxy' },
      { Origin: 'http://127.0.0.1' },
      { 'Sec-Fetch-Site': 'same-origin' },
      { Host: 'evil.example.com' },
    ];
    for (const headers of tricks) {
      const reply = await direct('GET', '/api/metrics/errors', { headers });
      assert.equal(reply.status, 401, JSON.stringify(headers));
    }
    assert.equal((await direct('GET', '/api/metrics/errors', { from: '127.0.0.2' })).status, 401);
  });

  test('nobody else does, and nothing happens', async () => {
    const eve = await person('Eve');
    const before = sql('select count(*) from audit_log');
    for (const row of opsRows) {
      const body = row.hasBody ? {} : undefined;
      refused(await nobody.call(row.method, row.path, body, {}), 'sign-in-required');
      refused(await eve.client.call(row.method, row.path, body, {}), 'forbidden');
    }
    assert.equal(sql('select count(*) from audit_log'), before);
    ok(await eve.client.get('/api/auth/me'));
  });

  test('a token needs the scope ops', async () => {
    const { client } = await operator();
    for (const scope of ['read', 'ops']) {
      const { secret } = ok(
        await client.post('/api/auth/tokens', { name: `for ${scope}`, scopes: [scope] }),
      );
      const robot = new Client();
      robot.token = secret;
      const reply = await robot.get('/api/metrics/errors');
      assert.equal(reply.status, scope === 'ops' ? 200 : 403, scope);
    }
  });

  test('OPS_ALLOW says from where, and nothing means nowhere', async () => {
    const server = await Server.start('ops-allow', { OPS_ALLOW: '127.0.0.2/32' });
    try {
      const url = server.url;
      assert.equal((await direct('GET', '/api/metrics/errors', { url })).status, 401);
      assert.equal((await direct('GET', '/api/metrics/errors', { url, from: '127.0.0.2' })).status, 200);
    } finally {
      await server.stop();
    }
    await assert.rejects(Server.start('ops-wrong', { OPS_ALLOW: 'everywhere' }));
  });
});

describe('figures', () => {
  test('requests are counted exactly, by route and by status', async () => {
    ok(await nobody.get('/api/leagues'));
    const before = await got('/api/metrics/errors');
    for (let i = 0; i < 25; i++) {
      await nobody.get('/api/version');
      await nobody.get('/api/nothing-of-the-kind');
    }
    let questions = 0;
    const after = await waitFor(async () => {
      questions += 1;
      const figures = await got('/api/metrics/errors');
      return figures.total - before.total === 50 + questions ? figures : undefined;
    }, 'fifty requests and our own questions but this one');
    assert.equal(after.byStatus['4xx'] - before.byStatus['4xx'], 25);
    assert(Math.abs(after.errorRate - after.errors / after.total) < 1e-6);
    const { slowEndpoints, summary, responseTime } = await got('/api/metrics/performance');
    assert(slowEndpoints.some((each: Json) => each.route.startsWith('/api/') && each.p95Ms > 0));
    const p95s = slowEndpoints.map((each: Json) => each.p95Ms);
    assert.deepEqual(p95s, [...p95s].sort((a, b) => b - a), 'slowest first');
    assert.equal(summary.p95Ms, responseTime.p95);
    assert(summary.p50Ms <= summary.p95Ms && summary.p95Ms <= summary.p99Ms);
  });

  test('Prometheus reads the same numbers', async () => {
    const { text } = await direct('GET', '/metrics');
    const value = (line: string) => Number(new RegExp(`^${line} (\\d+)$`, 'm').exec(text)?.[1]);
    const buckets = [...text.matchAll(/^astralfield_http_request_duration_seconds_bucket\{le="[^"]+"\} (\d+)$/gm)];
    const counts = buckets.map(([, count]) => Number(count));
    assert.equal(counts.length, 18);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b), 'buckets are cumulative');
    assert.equal(counts.at(-1), value('astralfield_http_request_duration_seconds_count'));
    const classes = [...text.matchAll(/^astralfield_http_responses_total\{class="\dxx"\} (\d+)$/gm)];
    assert.equal(
      classes.reduce((sum, [, count]) => sum + Number(count), 0),
      counts.at(-1),
    );
    assert(value('astralfield_resident_memory_bytes') > 1_000_000);
    assert(value('astralfield_database_connections') > 0);
  });

  test('the database’s health is measured', async () => {
    const health = await got('/api/health/db');
    assert.equal(health.status, 'healthy');
    assert.equal(health.database, 'connected');
    assert.match(health.latency, /^\d+\.\d+ms$/);
    assert.equal(Number.parseFloat(health.latency), health.latencyMs);
    assert(health.queryMetrics.count > 10 && health.queryMetrics.p50Ms > 0);
    assert.equal(health.connections.max, Number(sql('show max_connections')));
    assert(health.connectionPool.size >= health.connectionPool.inUse);
    assert(health.loadMetrics.seconds >= 0.2);
    assert.equal(health.performanceMetrics.largestTables.length, 10);
    const means = health.slowQueries.map((query: Json) => query.meanMs);
    assert.deepEqual(means, [...means].sort((a, b) => b - a));
    assert.equal(new Set(health.slowQueries.map((query: Json) => query.name)).size, means.length);
    assert(!JSON.stringify(health.slowQueries).includes('@example.org'), 'no values in statements');
  });

  test('the cache’s health is measured, and 503 without the Redis that should be there', async () => {
    const league = await smallLeague({ settings: { visibility: 'public' } });
    const standings = `/api/leagues/${league.id}/standings`;
    for (let i = 0; i < 3; i++) {
      ok(await nobody.get(standings));
    }
    const health = await got('/api/health/cache');
    assert(health.hits >= 2 && health.documents.entries >= 1);
    assert.equal(health.redis, 'connected');
    assert(health.memory.usedBytes > 100_000);
    assert.equal(health.hitRate, Math.round((health.hits / (health.hits + health.misses)) * 1e6) / 1e6);
    const server = await Server.start('ops-no-redis', { REDIS_URL: 'unix:/nonexistent.sock', NODE_NAME: 'no-redis' });
    try {
      const { url } = server;
      const reply = await direct('GET', '/api/health/cache', { url, headers: { 'X-Request-Id': 'lost-cache-1' } });
      assert.equal(reply.status, 503);
      assert.equal(reply.body.type, '/problems/unavailable');
      await waitFor(
        async () => (await got('/api/metrics/errors', url)).errors >= 1,
        'the failure is counted once its answer has left',
      );
      assert.equal((await got('/api/errors/analytics', url)).errorRate > 0, true);
      const found = await waitFor(async () => {
        const { errors } = await got('/api/errors/recent', url);
        return errors.find((error: Json) => error.requestId === 'lost-cache-1');
      }, 'the failure is in the groups');
      assert.equal(found.url, 'GET /api/health/cache');
      assert.equal(found.category, 'database');
      assert.equal(found.status, 503);
    } finally {
      await server.stop();
    }
  });

  test('the window outlives the server that counted', async () => {
    const server = await Server.start('ops-node-1', { NODE_NAME: 'window-node' });
    await waitFor(
      async () => (await direct('GET', '/api/health', { url: server.url })).status === 200,
      'the server has a database to write to',
    );
    for (let i = 0; i < 30; i++) {
      await direct('GET', '/api/version', { url: server.url });
    }
    await got('/api/metrics/performance', server.url); /* it has its connections */
    await server.stop();
    const stored = sql(
      `select sum(count) from metric_rollups where node = 'window-node' and name = 'http_route'
       and labels = 'GET /api/version' and grain = 'minute';`,
    );
    assert.equal(Number(stored), 30);
    const again = await Server.start('ops-node-2', { NODE_NAME: 'window-node' });
    try {
      const { total, window } = await got('/api/metrics/errors', again.url);
      assert(total >= 30, `${total} requests of all nodes`);
      assert.equal(window.of, 'all nodes');
    } finally {
      await again.stop();
    }
  });

  test('hours and days are made from minutes, any number of times', () => {
    sql(`insert into metric_rollups (grain, bucket, name, labels, node, count, sum, max, histogram) values
      ('minute', '2031-01-05 10:01Z', 'http_requests', '', 'roll', 3, 30, 20, '{1,2}'),
      ('minute', '2031-01-05 10:59Z', 'http_requests', '', 'roll', 2, 5, 4, '{0,0,2}'),
      ('minute', '2031-01-05 11:00Z', 'http_requests', '', 'roll', 1, 1, 1, '{1}');`);
    const statement = 'sql/queries/ops/figures_roll.sql';
    const run = (coarse: string, fine: string) =>
      sql(`\\set coarse '''${coarse}'''\n\\set fine '''${fine}'''\n\\set since '''2031-01-05 10:30Z'''\n\\i ${statement}\n;`);
    for (let i = 0; i < 2; i++) {
      run('hour', 'minute');
      run('day', 'hour');
    }
    const rows = sql(`select grain, to_char(bucket at time zone 'UTC', 'HH24'), count, sum, max, histogram
      from metric_rollups where node = 'roll' and grain <> 'minute' order by grain desc, bucket;`);
    assert.equal(rows, 'hour|10|5|35|20|{1,2,2}\nhour|11|1|1|1|{1}\nday|00|6|36|20|{2,2,2}');
    sql(`delete from metric_rollups where node = 'roll';`);
  });

  test('the weekly report adds days up and compares them with the week before', async () => {
    const day = (ago: number) => `date_trunc('day', now(), 'UTC') - ${ago} * interval '1 day'`;
    sql(`insert into metric_rollups (grain, bucket, name, labels, node, count, sum, max, histogram) values
      ('day', ${day(3)}, 'http_requests', '', 'week', 100000000, 500, 5, '{0,0,0,0,0,100000000}'),
      ('day', ${day(3)}, 'http_route_failed', 'GET /api/leagues', 'week', 200000, 0, 0, null),
      ('day', ${day(9)}, 'http_requests', '', 'week', 50000000, 500, 5, '{0,0,0,0,0,50000000}');`);
    const report = await got('/api/metrics/performance/weekly');
    const days = new Map(report.days.map((each: Json) => [each.day, each]));
    const third = days.get(sql(`select to_char((${day(3)}) at time zone 'UTC', 'YYYY-MM-DD');`)) as Json;
    assert.equal(third.requests, 100_000_000);
    assert.equal(third.errorRate, 0.002);
    assert.equal(third.ok, false, 'errors are over 0.1 %');
    assert.equal(third.p95Ms, 0.005);
    assert.equal(report.weekBefore.requests, 50_000_000);
    assert(report.change.requestsPercent >= 100 && report.change.requestsPercent < 102);
    assert.equal(report.daysOfData, report.days.length);
    sql(`delete from metric_rollups where node = 'week';`);
  });

  test('people and sockets that are here are counted', async () => {
    const ada = await person('Ada');
    ok(await ada.client.get('/api/auth/me'));
    const count = () =>
      Number(
        sql(`select count(distinct user_id) from (
          select user_id from sessions where revoked_at is null and last_seen_at > now() - interval '5 minutes'
          union all select user_id from api_tokens where revoked_at is null
          and last_used_at > now() - interval '5 minutes') s;`),
      );
    /* Somebody's five minutes may end between the two. */
    await waitFor(async () => {
      const { activeUsers } = await got('/api/analytics/realtime');
      return activeUsers >= 2 && activeUsers === count();
    }, 'active people');
    const before = await got('/api/metrics/realtime');
    const listener = await Live.open(ada.client);
    const after = await got('/api/metrics/realtime');
    assert.equal(after.activeConnections - before.activeConnections, 1);
    listener.ws.terminate();
  });

  test('what is turned away is counted', async () => {
    const before = await got('/api/metrics/security');
    const ada = await person('Ada');
    refused(await ada.client.post('/api/auth/logout', undefined, { withoutCsrf: true }), 'csrf');
    const after = await got('/api/metrics/security');
    assert.equal(after.csrfRejects - before.csrfRejects, 1);
    const server = await Server.start('ops-limits', { RATE_LIMITS: 'on', NODE_NAME: 'limits' });
    try {
      const { url } = server;
      const body = { headers: { 'Content-Type': 'application/json' }, payload: '{}', url };
      let refusals = 0;
      for (let i = 0; i < 30; i++) {
        refusals += (await direct('POST', '/api/errors/client', body)).status === 429 ? 1 : 0;
      }
      assert.equal(refusals, 10);
      /* An answer is counted when it has left. */
      const counted = await waitFor(
        async () => {
          const now = await got('/api/metrics/security', url);
          return now.rateLimitBlocks >= 10 ? now : undefined;
        },
        'ten refusals are counted',
        SECOND,
      );
      const { byClass, topSources } = counted;
      assert.equal(byClass.report, 10);
      assert.deepEqual(topSources, [{ source: '127.0.0.0/24', count: 10 }]);
    } finally {
      await server.stop();
    }
  });

  test('every figure is answered to an operator’s session, as its row says', async () => {
    const { client } = await operator();
    ok(await client.get('/api/espn/health'));
    for (const row of opsRows.filter((each) => each.method === 'GET' && !/timeline|[{]|incident-/.test(each.path))) {
      ok(await client.get(row.path));
    }
    const snapshot = ok(await client.get('/api/admin/system-snapshot'));
    assert.equal(snapshot.settings.DATABASE_URL, '********');
    assert(snapshot.jobs.some((job: Json) => job.name === 'figures' && job.runs > 0));
    assert(Array.isArray(snapshot.slowEndpoints));
    assert.deepEqual(snapshot.health.sentry, { isOn: false, waiting: 0, sent: 0, dropped: 0 });
  });

  test('evidence has a hash that anybody can compute again, and no secret', async () => {
    const mark = `evidence-${Date.now()}`;
    const { id, client } = await person('evidence');
    const wrong = { email: `${mark}@example.org`, password: 'not the password' };
    refused(await new Client().post('/api/auth/login', wrong), 'wrong-credentials');
    const { content, sha256 } = await got('/api/admin/security-snapshot?hours=1');
    assert.equal(createHash('sha256').update(JSON.stringify(content)).digest('hex'), sha256);
    assert(content.sessions.some((session: Json) => session.userId === id && session.revokedAt === null));
    assert(content.signInEvents.some((event: Json) => event.kind === 'sign_in' && event.outcome === 'refused'));
    assert(content.operators.length > 0);
    const text = JSON.stringify(content);
    const cookie = sql(`select encode(token_hash, 'hex') from sessions where user_id = ${id} limit 1`);
    for (const secret of [mark, cookie, 'csrf', 'password_hash']) {
      assert(!text.includes(secret), secret);
    }
    refused(await client.get('/api/admin/security-snapshot'), 'forbidden');
  });
});

describe('deploys', () => {
  test('readiness comes from the database itself, and names a hotfix while its label is on', async () => {
    const calm = ok(await nobody.get('/api/health/ready'));
    assert.equal(calm.status, 'ready');
    assert.equal(calm.databaseSchema, calm.schema);
    assert.equal(calm.hotfix, false);
    sql(`insert into ops_controls (kind, key, value, reason, expires_at)
         values ('flag', 'HOTFIX_MODE', 'true', 'hotfix 1.0', now() + interval '1 hour')`);
    try {
      assert.equal(ok(await nobody.get('/api/health/ready')).hotfix, true);
      sql(`update ops_controls set set_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'
           where key = 'HOTFIX_MODE'`);
      assert.equal(ok(await nobody.get('/api/health/ready')).hotfix, false);
    } finally {
      sql(`delete from ops_controls where key = 'HOTFIX_MODE'`);
    }
  });

  test('the recent ones are listed, the newest first, with what failed', async () => {
    sql(`insert into releases (at, kind, result, release, from_release, version, commit, schema_level, actor, node, seconds)
         values (now() - interval '1 minute', 'deploy', 'ok', '1.0-a', 'built-in', '1.0', 'abcdef0', 17, 'root@a', 'a', 3.25)`);
    sql(`insert into releases (at, kind, result, release, actor, node, detail)
         values (now(), 'hotfix', 'failed', '1.0-b', 'root@a', 'a', 'it was not ready')`);
    const { deployments } = await got('/api/admin/recent-deployments');
    const [last, before] = deployments;
    assert.equal(last.release, '1.0-b');
    assert.deepEqual([last.kind, last.result, last.detail, last.seconds], ['hotfix', 'failed', 'it was not ready', null]);
    assert.equal(before.release, '1.0-a');
    assert.deepEqual([before.fromRelease, before.commit, before.schema, before.seconds], ['built-in', 'abcdef0', 17, 3.25]);
  });
});

describe('errors of web clients', () => {
  test('they are grouped, and what is private is taken out', async () => {
    const report = (row: number) => ({
      kind: 'error',
      message: `Cannot read row ${row} of anna@example.org`,
      page: '/leagues/12?token=abc',
      stack: 'at f (app.js:1:2)\npassword=hunter2',
      release: '0.2.0',
    });
    for (const row of [1, 22, 333]) {
      ok(await nobody.post('/api/errors/client', report(row)));
    }
    const found = await waitFor(async () => {
      const { errors } = await got('/api/errors/recent?countMax=500');
      return errors.find((error: Json) => error.source === 'client' && error.count === 3);
    }, 'one group of three');
    assert.match(found.message, /^Cannot read row \d+ of \[email\]$/);
    assert.equal(found.url, '/leagues/12?[query]');
    assert.match(found.detail, /password=\[secret\]/);
    assert(!JSON.stringify(found).includes('hunter2'));
    const { clientErrorsByCategory } = await got('/api/errors/analytics');
    assert(clientErrorsByCategory.system >= 3);
  });

  test('a report that is too long or of unknown form is refused', async () => {
    const long = { kind: 'error', page: '/', message: 'x', stack: 'y'.repeat(20_000) };
    refused(await nobody.post('/api/errors/client', long), 'too-large');
    assert.deepEqual(
      places(refused(await nobody.post('/api/errors/client', { kind: 'panic' }), 'invalid')),
      ['/kind', '/message', '/page'],
    );
  });
});

describe('what operators do', () => {
  test('caches are warmed, emptied in part and emptied whole, and sessions survive', async () => {
    const { client } = await operator();
    const ada = await person('Ada');
    await smallLeague({ settings: { visibility: 'public' } });
    ok(await client.post('/api/admin/cache-clear-all'));
    const warm = ok(await client.post('/api/admin/cache-warm'));
    assert(warm.leagues > 0 && warm.loaded > 0 && warm.failed === 0, JSON.stringify(warm));
    await waitFor(
      async () => ok(await client.post('/api/admin/cache-warm')).loaded === 0,
      'nothing is left to load once every league’s number is known',
    );
    const none = ok(await client.post('/api/admin/cache-clear', undefined, { query: { prefix: '/nothing/' } }));
    assert.equal(none.removed, 0);
    assert(ok(await client.post('/api/admin/cache-clear')).removed > 0);
    assert(ok(await client.post('/api/admin/cache-warm')).loaded > 0, 'it was emptied');
    ok(await client.post('/api/admin/auth-cache-clear'));
    ok(await ada.client.get('/api/auth/me'));
    assert.equal(ok(await client.post('/api/admin/cdn-optimize')).cdn, 'not configured');
  });

  test('a blocked address is turned away on every node within a second, and for a while only', async () => {
    const { client } = await operator();
    const other = await Server.start('ops-other', { TRUST_PROXY: 'on', NODE_NAME: 'other' });
    try {
      const from = { headers: { 'X-Forwarded-For': '203.0.113.77' } };
      ok(await nobody.get('/api/version', from));
      assert.equal((await direct('GET', '/api/version', { url: other.url, ...from })).status, 200);
      const order = { ip: '203.0.113.64/27', duration: 3, reason: 'a test' };
      ok(await client.post('/api/admin/block-ip', order));
      refused(await nobody.get('/api/version', from), 'blocked');
      refused(await nobody.get('/', from), 'blocked');
      await waitFor(
        async () => (await direct('GET', '/api/version', { url: other.url, ...from })).status === 403,
        'the other node turns it away',
        SECOND,
      );
      ok(await nobody.get('/api/version', { headers: { 'X-Forwarded-For': '203.0.113.96' } }));
      assert.equal((await got('/api/metrics/security')).blockedIps, 1);
      await waitFor(async () => (await nobody.get('/api/version', from)).status === 200, 'its end');
    } finally {
      await other.stop();
    }
  });

  test('nobody can block himself, private addresses or half the world', async () => {
    const { client } = await operator();
    const own = { headers: { 'X-Forwarded-For': '198.51.100.7' } };
    for (const ip of ['198.51.100.0/24', '127.0.0.1', '10.0.0.0/8', '192.168.1.4', '::1', '9.0.0.0/8', 'x', '0.0.0.0/0']) {
      const reply = await client.post('/api/admin/block-ip', { ip, duration: 60 }, own);
      assert.deepEqual(places(refused(reply, 'invalid')), ['/ip'], ip);
    }
    assert.equal(sql(`select count(*) from ops_controls where kind = 'ip_block' and expires_at > now();`), '0');
  });

  test('a closed account is out at once, and the last operator’s cannot be closed', async () => {
    const { client, id } = await operator();
    const mallory = await register('Mallory');
    const done = ok(await client.post('/api/admin/disable-user', { userId: mallory.id, reason: 'a test' }));
    assert.equal(done.sessionsRevoked, 1);
    refused(await mallory.client.get('/api/auth/me'), 'sign-in-required');
    refused(await client.post('/api/admin/disable-user', { userId: mallory.id, reason: 'again' }), 'conflict');
    refused(await client.post('/api/admin/disable-user', { userId: id, reason: 'me' }), 'conflict');
    refused(await client.post('/api/admin/disable-user', { userId: 999_999_999, reason: 'who' }), 'not-found');
  });

  test('the runbook’s own line opens an incident, and only there a form is read as JSON', async () => {
    const payload = '{"severity": "P1", "description": "Unauthorized access attempt"}';
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const began = new Date(Date.now() - 1000).toISOString();
    const reply = await direct('POST', '/api/admin/security-incident', { headers, payload });
    assert.equal(reply.status, 201, reply.text);
    assert.match(reply.body.ref, /^SEC-\d{8}-\d{6}-[0-9a-f]{4}$/);
    assert.equal(reply.body.detectedBy, 'local');
    assert.equal(Date.parse(reply.body.respondBy) - Date.parse(reply.body.detectedAt), 3_600_000);
    assert.equal((await direct('POST', '/api/admin/incident-log', { headers, payload })).status, 415);
    const { client } = await operator();
    ok(await client.post('/api/admin/security-incident', JSON.parse(payload)));
    const query = { start: began, end: new Date(Date.now() + 60_000).toISOString() };
    const { events } = ok(await client.get('/api/admin/incident-timeline', { query }));
    const own = events.filter((event: Json) => event.ref === reply.body.ref).map((event: Json) => event.kind);
    assert.deepEqual(own.sort(), ['action', 'incident', 'note']);
  });

  test('an incident is told on under its id, and the same twice is once', async () => {
    const { client } = await operator();
    const ref = `INC-20261123-${String(Date.now()).slice(-6)}`;
    const told = { incident_id: ref, severity: 'P2', title: 'Slow', description: 'p95 is over 2 s' };
    const first = ok(await client.post('/api/admin/incident-log', told));
    const second = ok(await client.post('/api/admin/incident-log', told));
    assert.deepEqual(second, first);
    const end = ok(
      await client.post('/api/admin/incident-log', { ...told, description: 'An index helped', status: 'resolved' }),
    );
    assert.equal(end.id, first.id);
    assert.equal(end.status, 'resolved');
    assert.equal(end.timeline.length, 2);
    assert(Date.parse(end.resolvedAt) >= Date.parse(end.detectedAt));
    const odd = await client.post('/api/admin/incident-log', { ...told, incident_id: 'nonsense' });
    refused(odd, 'invalid');
  });

  test('who asked is in the access log, the newest last', async () => {
    await direct('POST', '/api/admin/cdn-optimize', { headers: { 'X-Request-Id': 'access-log-1' } });
    refused(await nobody.post('/api/admin/cdn-optimize', undefined, { headers: { 'X-Request-Id': 'access-log-2' } }), 'sign-in-required');
    const last = await waitFor(async () => {
      const { adminAccess } = await got('/api/admin/access-logs');
      const two = adminAccess.filter((each: Json) => /^access-log-/.test(each.requestId));
      return two.length === 2 ? two : undefined;
    }, 'both requests');
    assert.deepEqual(
      last.map((each: Json) => [each.actor, each.method, each.path, each.status]),
      [
        ['local', 'POST', '/api/admin/cdn-optimize', 200],
        ['anonymous', 'POST', '/api/admin/cdn-optimize', 401],
      ],
    );
    assert.equal(last[0].source, '127.0.0.1');
  });

  test('tries on many accounts from one address are suspicious, one slip of a person is not', async () => {
    const slip = { email: (await person('Ada')).email, password: 'not the password' };
    const quiet = { headers: { 'X-Forwarded-For': '198.51.100.20' } };
    refused(await nobody.post('/api/auth/login', slip, quiet), 'wrong-credentials');
    for (const name of ['a', 'b', 'c', 'd']) {
      const guess = { email: emailOf(`stuffed.${name}`), password: 'password12345' };
      const from = { headers: { 'X-Forwarded-For': '198.51.100.99' } };
      refused(await nobody.post('/api/auth/login', guess, from), 'wrong-credentials');
    }
    const report = await got('/api/auth/security-report');
    const sources = report.suspiciousAttempts.map((each: Json) => each.source);
    assert(sources.includes('198.51.100.99') && !sources.includes('198.51.100.20'));
    assert(report.failedAttempts >= 5);
    assert(!JSON.stringify(report).includes('@'), 'no addresses of people');
  });

  test('every session ends on every node within a second, and tokens only in an emergency', async () => {
    const other = await Server.start('ops-logout', { NODE_NAME: 'logout' });
    try {
      const bob = await register('Bob');
      const listener = await Live.open(bob.client);
      const elsewhere = new Client(other.url);
      elsewhere.cookies.set('af_session', bob.client.cookies.get('__Host-af_session') ?? '');
      const { secret } = ok(
        await bob.client.post('/api/auth/tokens', { name: 'robot', scopes: ['read', 'account'] }),
      );
      const robot = new Client();
      robot.token = secret;
      ok(await elsewhere.get('/api/auth/me'));
      ok(await robot.get('/api/auth/me'));
      const { client } = await operator();
      const done = ok(await client.post('/api/admin/force-logout-all'));
      assert(done.sessionsRevoked >= 2);
      assert.equal(done.tokensRevoked, 0);
      refused(await bob.client.get('/api/auth/me'), 'sign-in-required');
      refused(await client.get('/api/auth/me'), 'sign-in-required');
      await waitFor(async () => (await elsewhere.get('/api/auth/me')).status === 401, 'the other node', SECOND);
      await waitFor(() => listener.closed, 'the end of the socket', SECOND);
      ok(await robot.get('/api/auth/me'));
      const again = await operatorAgain();
      const emergency = ok(await again.post('/api/admin/emergency-logout'));
      assert(emergency.sessionsRevoked >= 1 && emergency.tokensRevoked >= 1);
      assert.equal(emergency.signingKeys, null);
      refused(await robot.get('/api/auth/me'), 'sign-in-required');
      refused(await again.get('/api/auth/me'), 'sign-in-required');
    } finally {
      await other.stop();
    }
  });
});

describe('the audit log', () => {
  const VERIFY = 'sql/queries/play/verify_audit.sql';

  test('holds every action with its actor, and its chain is whole', () => {
    const own = /^(address|cache|cdn|incident\.log|sessions|user\.disable)/; /* of this area */
    const actions = sql('select distinct action from audit_log order by 1;')
      .split('\n')
      .filter((action) => own.test(action));
    assert.deepEqual(actions, [
      'address.block',
      'cache.clear',
      'cache.clear_all',
      'cache.clear_sign_ins',
      'cache.warm',
      'cdn.optimize',
      'incident.log',
      'sessions.emergency',
      'sessions.revoke_all',
      'user.disable',
    ]);
    assert.equal(sql(`select distinct actor_kind from audit_log where action ~ '^(address|cache|cdn|sessions)' order by 1;`), 'local\noperator');
    assert.equal(sql(`\\i ${VERIFY}\n;`), '');
  });

  test('a cell that was changed behind its back is found', () => {
    const changes = ["reason = 'harmless'", "actor_kind = 'system'", "at = at + interval '1 hour'", "after = '{}'"];
    for (const change of changes) {
      const found = sql(`begin; alter table audit_log disable trigger audit_log_append_only;
        update audit_log set ${change} where seq = (select max(seq) - 1 from audit_log where after is not null);
        \\i ${VERIFY}\n; rollback;`);
      assert.match(found, /audit row \d+/, change);
    }
    assert.throws(() => sql(`update audit_log set reason = 'x';`), /never changed/);
  });
});
