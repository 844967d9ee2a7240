/* The list of backups and the wish for one, without the machine that would make it: its part is played
 * by rows in the tables it writes. What `astralfield up` really does is in tests/faults. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, ok, refused } from './lib/client.js';
import { operator } from './lib/people.js';
import { sql } from './lib/sql.js';

describe('backups', () => {
  test('nobody but operators sees them or asks for one', async () => {
    refused(await new Client().get('/api/admin/backups'), 'sign-in-required');
    refused(await new Client().post('/api/admin/backup'), 'sign-in-required');
  });

  test('where nobody makes backups, a wish is refused and says what to do', async () => {
    const { client } = await operator();
    const before = sql('select count(*) from jobs;');
    const said = refused(await client.post('/api/admin/backup'), 'no-backups');
    assert.match(said.detail, /astralfield backup run/);
    assert.equal(sql('select count(*) from jobs;'), before);
  });

  test('a wish is taken once, and asking again gives the same one', async () => {
    const { client } = await operator();
    sql(`insert into ops_facts values ('backup_runner', 1, now());`);
    const first = ok(await client.post('/api/admin/backup'));
    assert.equal(first.state, 'queued');
    assert.equal(first.isNew, true);
    assert.deepEqual(ok(await client.post('/api/admin/backup')), { ...first, isNew: false });
    assert.equal(ok(await client.get('/api/admin/backups')).job.state, 'queued');
    const rows = sql(`select count(*) from audit_log where action = 'backup.ask' and target_id = '${first.job}';`);
    assert.equal(rows, '2');
    sql(`update jobs set state = 'cancelled', finished_at = now() where kind = 'backup.run';
      delete from ops_facts where name = 'backup_runner';`);
  });

  test('the list shows what lies where, and only facts that somebody measured', async () => {
    const { client } = await operator();
    sql(`insert into ops_facts values ('backup_last_at', 1757250000, now());
      insert into backups (place, id, engine, started_at, finished_at, bytes, checksum, is_encrypted, is_whole, seen_at)
      values ('main', '20250907T125959Z', 'core', '2025-09-07 12:59:59Z', '2025-09-07 13:00:00Z', 7, 'ab', true, true, now());`);
    const list = ok(await client.get('/api/admin/backups'));
    assert.equal(list.backups[0].id, '20250907T125959Z');
    assert.equal(list.backups[0].time, '2025-09-07T13:00:00.000Z');
    assert.deepEqual([list.backups[0].size, list.backups[0].verified], [7, null]);
    assert.equal(list.facts.backup_last_at.value, 1757250000);
    assert.equal(list.facts.second_place_lost, undefined);
    sql(`delete from backups; delete from ops_facts where name = 'backup_last_at';`);
  });
});
