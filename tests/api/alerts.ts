/* Alerts from a real fault to the message at a sink; silences, on-call, incidents, simulations. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, type Json, ok, refused } from './lib/client.js';
import { command, Server, waitFor } from './lib/harness.js';
import { operator } from './lib/people.js';
import { sql } from './lib/sql.js';
import { type Sinks, startSinks } from './lib/sinks.js';

const MINUTE = 60_000;
let client: Client;
const nobody = new Client();

/** The command line with the sinks' settings. */
async function cli(settings: Record<string, string>, ...args: string[]): Promise<{ code: number | null; text: string }> {
  const { code, stdout } = await command(args, '', settings);
  return { code, text: stdout };
}

async function rule(name: string): Promise<Json> {
  const { rules } = ok(await client.get('/api/admin/alerts'));
  return rules.find((r: Json) => r.name === name);
}

const limit = (name: string, threshold: number) =>
  client.put(`/api/admin/alerts/rules/${name}`, { threshold, holdSeconds: 0, clearSeconds: 1, reason: 'a test' });

describe('watching', () => {
  before(async () => {
    client = (await operator()).client;
  });

  test('where no place is set, that is said', async () => {
    const sent = ok(await client.post('/api/admin/send-incident-notification', { severity: 'P3', title: 'Nobody hears' }));
    assert.deepEqual(sent.sinks, []);
    assert.match(sent.reason, /SLACK_WEBHOOK_URL/);
  });

  describe('alerts', () => {
    let sinks: Sinks;
    let one: Server;
    let two: Server;
    before(async () => {
      sinks = await startSinks();
      const common = { TRUST_PROXY: 'on', RATE_LIMITS: 'off', ...sinks.environment };
      one = await Server.start('alerts-one', { ...common, NODE_NAME: 'one' });
      two = await Server.start('alerts-two', { ...common, NODE_NAME: 'two' });
    });
    after(async () => {
      await one.stop();
      await two.stop();
      sinks.stop();
      assert.deepEqual([...one.complaints(), ...two.complaints()], []);
    });

    test('every rule is listed with its limit, and a value or a reason', async () => {
      const list = await waitFor(async () => {
        const reply = ok(await client.get('/api/admin/alerts'));
        return reply.rules.some((r: Json) => r.value !== null) ? reply : undefined;
      }, 'figures of a server');
      assert(list.rules.length >= 28);
      for (const r of list.rules) {
        assert.equal(r.value === null, r.reason !== null, r.name);
      }
    });

    test('a limit that is crossed is told once, by one of many servers, at every sink, within a minute', async () => {
      const began = Date.now();
      ok(await limit('memory_critical', 0.001));
      const hook = await waitFor(() => sinks.hooks.find((m) => m.subject === 'memory' && m.kind === 'firing'), 'the hook', MINUTE);
      const took = Date.now() - began;
      await waitFor(() => sinks.slack.some((m) => /memory_critical/.test(m.text)), 'slack', MINUTE);
      const mail = await waitFor(() => sinks.mails.find((m) => /memory_critical/.test(m)), 'the mail', MINUTE);
      console.log(`# from the fault to the message: ${took} ms`);
      assert(took < MINUTE);
      assert.match(mail, /^To: .*ops@example\.org/m);
      assert.match(hook.body, /limit 0\.001 %/);
      const { alerts } = ok(await client.get('/api/admin/alerts'));
      const mine = alerts.find((a: Json) => a.subject === 'memory' && a.endedAt === null);
      assert.equal(mine.severity, 'critical');
      const incident = ok(await client.get(`/api/admin/incidents/${mine.incidentRef}`));
      assert.equal(incident.severity, 'P1');
      assert.equal(incident.kind, 'alert');
      ok(await client.post(`/api/admin/alerts/${mine.id}/acknowledge`));
      const answered = ok(await client.get(`/api/admin/incidents/${mine.incidentRef}`));
      assert.notEqual(answered.acknowledgedAt, null);
      assert.equal(answered.escalateAt, null);
      ok(await client.delete('/api/admin/alerts/rules/memory_critical'));
      await waitFor(() => sinks.hooks.some((m) => m.subject === 'memory' && m.kind === 'resolved'), 'its end', 3 * MINUTE);
      const after = ok(await client.get(`/api/admin/incidents/${mine.incidentRef}`));
      assert.equal(after.status, 'mitigated');
      assert.equal(sinks.hooks.filter((m) => m.subject === 'memory' && m.kind === 'firing').length, 1);
      assert.equal(sinks.slack.filter((m) => /critical memory_critical/.test(m.text)).length, 1);
      assert.equal(sql("select count(*) from alerts where subject = 'memory'"), '1');
      refused(await client.post('/api/admin/alerts/999999/acknowledge'), 'not-found');
    });

    test('a sink that is out of order loses nothing', async () => {
      sinks.isDown = true;
      const sent = ok(
        await notify('P2', 'A sink is out of order'),
      );
      assert.deepEqual(sent.sinks.map((s: Json) => [s.sink, s.state]), [
        ['mail', 'waiting'],
        ['slack', 'waiting'],
        ['webhook', 'waiting'],
      ]);
      assert.match(sent.sinks[2].error, /answered with 500/);
      sinks.isDown = false;
      await waitFor(() => sinks.hooks.some((m) => /out of order/.test(m.title)), 'the hook', MINUTE);
      await waitFor(() => sinks.mails.some((m) => /A sink is out of order/.test(m)), 'the mail', MINUTE);
      await waitFor(() => sql("select count(*) from alert_deliveries where state = 'waiting'") === '0', 'an empty queue', MINUTE);
    });

    function notify(severity: string, title: string) {
      const boss = new Client(one.url);
      boss.cookies.clear();
      for (const [name, value] of client.cookies) {
        boss.cookies.set(name, value);
      }
      boss.csrf = client.csrf;
      return boss.post('/api/admin/send-incident-notification', { severity, title, description: 'words' });
    }

    test('what is silenced is recorded, and told when the silence ends', async () => {
      refused(await client.post('/api/admin/alert-silences', { matches: 'nothing', seconds: 60, reason: 'x' }), 'invalid');
      const silence = ok(await client.post('/api/admin/alert-silences', { matches: 'disk', seconds: 600, reason: 'a test' }));
      ok(await limit('disk_full', 0.001));
      const alert = await waitFor(async () => {
        const { alerts } = ok(await client.get('/api/admin/alerts'));
        return alerts.find((a: Json) => a.subject === 'disk' && a.endedAt === null);
      }, 'the alert', MINUTE);
      assert.equal(alert.toldSeverity, null);
      assert.equal((await rule('disk_full')).stage, 'firing');
      const list = ok(await client.get('/api/admin/alert-silences'));
      assert.equal(list.silences.find((s: Json) => s.id === silence.id).isActive, true);
      assert(!sinks.hooks.some((m) => m.subject === 'disk'));
      ok(await client.delete(`/api/admin/alert-silences/${silence.id}`));
      refused(await client.delete(`/api/admin/alert-silences/${silence.id}`), 'not-found');
      await waitFor(() => sql("select told_severity from alerts where subject = 'disk'") === 'critical', 'that it is told', MINUTE);
      ok(await client.delete('/api/admin/alerts/rules/disk_full'));
      refused(await client.put('/api/admin/alerts/rules/nothing', { reason: 'x' }), 'not-found');
      refused(await client.delete('/api/admin/alerts/rules/nothing'), 'not-found');
    });

    test('who is on call is set, takes turns, and is told of an incident', async () => {
      const people = ['Ann <ann@example.org>', 'Bob <bob@example.org>'];
      const set = ok(await client.put('/api/admin/oncall/primary', { people }));
      const primary = set.roles.find((r: Json) => r.role === 'primary');
      assert.deepEqual(primary.people, people);
      assert.deepEqual(new Set([primary.now, primary.next]), new Set(people));
      refused(await client.put('/api/admin/oncall/primary', { people: [' '] }), 'invalid');
      assert.deepEqual(ok(await client.get('/api/admin/oncall')).roles.length, 4);
    });

    test('incidents are opened, answered, resolved and looked back at', async () => {
      const { ref } = ok(await client.post('/api/admin/incident-log', { severity: 'P0', title: 'All is lost' }));
      const open = ok(await client.get(`/api/admin/incidents/${ref}`));
      assert.equal(Date.parse(open.escalateAt) - Date.parse(open.detectedAt), 15 * MINUTE);
      ok(await client.post(`/api/admin/incidents/${ref}/acknowledge`, { note: 'on it' }));
      const over = ok(await client.post(`/api/admin/incidents/${ref}/resolve`, { note: 'found' }));
      assert.equal(over.status, 'resolved');
      assert.match(over.timeline.map((n: Json) => n.body).join(' '), /All is lost.*Acknowledged by.*on it.*Resolved by.*found/);
      assert(ok(await client.get('/api/admin/incidents')).incidents.some((i: Json) => i.ref === ref));
      const query = { incident_id: ref };
      const analysis = ok(await client.get('/api/metrics/incident-analysis', { query }));
      assert.equal(analysis.incidentId, ref);
      assert.equal(analysis.before.minutes === 0, analysis.before.reason !== null);
      assert.equal(ok(await client.get('/api/errors/incident-logs', { query })).incidentId, ref);
      for (const path of ['/api/metrics/incident-analysis', '/api/errors/incident-logs']) {
        refused(await client.get(path, { query: { incident_id: 'INC-none' } }), 'not-found');
      }
      refused(await client.get('/api/admin/incidents/INC-none'), 'not-found');
      refused(await client.post('/api/admin/incidents/INC-none/acknowledge', {}), 'not-found');
    });

    test('an incident is simulated where the settings allow it, is marked, and ends', async () => {
      const refusal = await client.post('/api/admin/simulate-incident', { type: 'errors' });
      refused(refusal, 'production');
      const boss = new Client(one.url);
      for (const [name, value] of client.cookies) {
        boss.cookies.set(name, value);
      }
      boss.csrf = client.csrf;
      ok(await limit('errors_critical', 0.001));
      const played = ok(await boss.post('/api/admin/simulate-incident', { type: 'errors', severity: 'P0', seconds: 300 }));
      assert.equal(played.simulation, true);
      refused(await boss.post('/api/admin/simulate-incident', { type: 'errors' }), 'conflict');
      const user = new Client(one.url);
      const statuses = new Set<number>();
      const message = await waitFor(
        async () => {
          for (let i = 0; i < 20; i++) {
            statuses.add((await user.send('GET', '/api/leagues', undefined, {})).status);
          }
          return sinks.hooks.find((m) => m.subject === 'errors' && m.kind === 'firing');
        },
        'the message about errors',
        MINUTE,
      );
      assert.deepEqual([...statuses].sort(), [200, 503]);
      assert.equal(message.isSimulation, true);
      assert.match(message.title, /^\[SIMULATION\]/);
      assert.match(message.incident, /^SIM-/);
      const ended = ok(await boss.post('/api/admin/resolve-simulation'));
      console.log(`# a simulated fault was detected after ${ended.detectionSeconds} s, told after ${ended.notificationSeconds} s`);
      assert(ended.detectionSeconds !== null && ended.detectionSeconds < 60);
      for (let i = 0; i < 50; i++) {
        assert.equal((await user.send('GET', '/api/leagues', undefined, {})).status, 200);
      }
      ok(await client.delete('/api/admin/alerts/rules/errors_critical'));
    });

    test('the command line tests a rule, calls people and tells incidents', async () => {
      const env = sinks.environment;
      const sent = await cli(env, 'alert', 'test', 'database_slow', '--json');
      assert.equal(sent.code, 0, sent.text);
      assert.match(JSON.parse(sent.text).title, /^\[TEST\] critical database_slow/);
      assert(sinks.hooks.some((m) => m.isTest && /database_slow/.test(m.title)));
      assert.equal((await cli(env, 'alert', 'test', 'nothing')).code, 2);
      assert.equal((await cli({}, 'alert', 'test', 'database_slow')).code, 1);
      assert.equal((await cli(env, 'oncall', 'page', '--test')).code, 0);
      assert(sinks.mails.some((m) => /(ann|bob)@example\.org/.test(m) && /A test: nothing has to be done/.test(m)));
      const opened = await cli(env, 'incident', 'open', 'P2', 'From the command line', '--json');
      const { ref } = JSON.parse(opened.text);
      assert.equal((await cli(env, 'incident', 'note', ref, 'seen')).code, 0);
      assert.equal((await cli(env, 'incident', 'ack', ref)).code, 0);
      assert.equal((await cli(env, 'incident', 'close', ref, 'done')).code, 0);
      assert.match((await cli(env, 'incident', 'export', ref)).text, /^# INC-.*: From the command line[\s\S]*Resolved by/);
      assert.match((await cli(env, 'incident', 'list', '--all')).text, /From the command line/);
      assert.equal((await cli(env, 'incident', 'show', 'INC-none')).code, 1);
      assert.match((await cli(env, 'oncall', 'show')).text, /^primary +(Ann|Bob)/);
      const silenced = await cli(env, 'alert', 'silence', 'cache', '--minutes', '5', '--reason', 'a test', '--json');
      const { id } = JSON.parse(silenced.text);
      assert.match((await cli(env, 'alert', 'silence')).text, /cache/);
      assert.equal((await cli(env, 'alert', 'silence', '--end', String(id))).code, 0);
      assert.equal((await cli(env, 'alert', 'silence', 'nothing', '--reason', 'x')).code, 2);
      assert.equal(JSON.parse((await cli(env, 'alert', 'rules', '--json')).text).length >= 28, true);
      assert.equal((await cli(env, 'alert', 'list', '--all', '--json')).code, 0);
      assert.equal((await nobody.send('GET', '/api/admin/alerts', undefined, {})).status, 401);
    });
  });
});
