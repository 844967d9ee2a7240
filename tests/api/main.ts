/* All tests in one process, against one server: so that the last one can say which rows were never
 * asked. Arguments name the areas to run; then that last test is left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api, seen, unlisted, useServer } from './lib/client.js';
import { endTheRest, must, Server, startRedis } from './lib/harness.js';
import { makeSite } from './lib/site.js';

const AREAS = [
  'system',
  'accounts',
  'factor',
  'passwords',
  'people',
  'settings',
  'leagues',
  'draft',
  'lineups',
  'season',
  'players',
  'sockets',
  'access',
  'matrix',
  'wire',
  'scan',
  'history',
  'imports',
  'backups',
  'switches',
  'alerts',
  'ops' /* throws everybody out: the last */,
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((area) => !AREAS.includes(area));
if (unknown.length > 0) {
  throw new Error(`no such area: ${unknown.join(' ')}; there are: ${AREAS.join(' ')}`);
}

const redis = await startRedis();
await must('migrate', 'up');
await must('import', 'sample', '--seed', '7');
const server = await Server.start('server', {
  TRUST_PROXY: 'on',
  RATE_LIMITS: 'off',
  WEB_DIR: makeSite(),
});
await useServer(server.url);

for (const area of wanted.length > 0 ? wanted : AREAS) {
  await import(`./${area}.js`);
}

if (wanted.length === 0) {
  test('every row of the API was answered with success, and none with what it does not list', () => {
    const silent = api().rows.filter((row) => !seen.get(row.name)?.has(String(row.success)));
    assert.deepEqual(
      silent.map((row) => `${row.name}: ${row.method} ${row.path}`),
      [],
    );
    assert.deepEqual([...unlisted], []);
  });
}

test('the server stops cleanly and has nothing to complain about', async () => {
  try {
    assert.equal(await server.stop(), 0);
    await redis.stop();
    assert.deepEqual(server.complaints(), []);
  } finally {
    endTheRest();
  }
});
