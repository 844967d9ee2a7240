/* The commands about people: who runs the installation, who is signed in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Json, ok, refused } from './lib/client.js';
import { command, waitFor } from './lib/harness.js';
import { emailOf, enrol, operator, PASSWORD, register, signIn } from './lib/people.js';
import { Live } from './lib/socket.js';
import { sql } from './lib/sql.js';

const SECOND = 1000;

async function json(...args: string[]): Promise<Json> {
  const { code, stdout, stderr } = await command([...args, '--json']);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}

describe('commands about people', () => {
  test('sessions are listed, and end with their sockets within a second', async () => {
    const ada = await register('Listed');
    const phone = await signIn(ada.email);
    const { sessions, total } = await json('session', 'list', '--user', ada.email);
    assert.equal(total, 2);
    assert(sessions.every((each: Json) => each.email === ada.email && /0\/24$/.test(each.network)));
    const { id } = ok(await phone.get('/api/auth/sessions')).sessions.find((each: Json) => each.isCurrent);
    const live = await Live.open(phone);
    assert.deepEqual(await json('session', 'revoke', '--id', String(id), '--dry-run'), {
      sessionsRevoked: 1,
      dryRun: true,
    });
    ok(await phone.get('/api/auth/me'));
    await json('session', 'revoke', '--id', String(id));
    await waitFor(() => live.closed, 'the end of the socket', 2 * SECOND);
    await waitFor(async () => (await phone.get('/api/auth/me')).status === 401, 'the end of the session', SECOND);
    ok(await ada.client.get('/api/auth/me'));
    const again = await command(['session', 'revoke', '--id', String(id)]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /no session \d+ is open/);
    const socket = await Live.open(ada.client);
    assert.equal((await json('session', 'revoke', '--user', ada.email)).sessionsRevoked, 1);
    await waitFor(() => socket.closed, 'the end of the other socket', SECOND);
  });

  test('whose sessions must be said, once', async () => {
    for (const args of [[], ['--all', '--id', '3'], ['--user', 'a@b.c', '--all']]) {
      assert.equal((await command(['session', 'revoke', ...args])).code, 2);
    }
    assert.equal((await command(['session', 'revoke', '--user', 'nobody@example.org'])).code, 1);
  });

  test('an operator is made, and unmade, and it holds at once', async () => {
    await operator(); /* one who stays */
    const email = emailOf('granted');
    const body = { email, password: PASSWORD, displayName: 'Granted' };
    const client = new Client();
    client.csrf = ok(await client.post('/api/auth/register', body)).csrfToken;
    const { codes } = await enrol(client);
    refused(await client.get('/api/metrics/errors'), 'forbidden');
    assert.equal((await json('admin', 'grant', '--email', email, '--dry-run')).changed, true);
    refused(await client.get('/api/metrics/errors'), 'forbidden');
    const live = await Live.open(client);
    assert.deepEqual(await json('admin', 'grant', '--email', email), {
      isOperator: true,
      changed: true,
      dryRun: false,
    });
    await waitFor(() => live.closed, 'a change of role closes sockets', SECOND);
    await waitFor(async () => (await client.get('/api/metrics/errors')).status === 200, 'the new right', SECOND);
    assert.equal((await json('admin', 'grant', '--email', email)).changed, false);
    await json('admin', 'grant', '--email', email, '--withdraw');
    await waitFor(async () => (await client.get('/api/metrics/errors')).status === 403, 'the end of it', SECOND);
    /* A lost device: the second factor goes, and every session with it. */
    assert.equal((await json('admin', 'totp', '--email', email)).hadSecondFactor, true);
    await waitFor(async () => (await client.get('/api/auth/me')).status === 401, 'signed out', SECOND);
    const back = await signIn(email);
    assert.equal(ok(await back.get('/api/auth/totp')).isOn, false);
    assert.equal(codes.length, 10);
  });

  test('the last operator stays one', async () => {
    const { email } = await operator();
    const others = sql(`update users set is_operator = false where is_operator and email <> '${email}' returning id;`);
    const { code, stderr } = await command(['admin', 'grant', '--email', email, '--withdraw']);
    if (others !== '') {
      sql(`update users set is_operator = true where id in (${others.split('\n').join(',')});`);
    }
    assert.equal(code, 5, stderr);
    assert.match(stderr, /the last operator/);
  });

  test('an operator’s account is made on the machine, and it is in the audit log', async () => {
    const email = emailOf('created');
    const made = await command(['admin', 'create', '--email', email, '--name', 'Created'], PASSWORD);
    assert.equal(made.code, 0, made.stderr);
    const client = await signIn(email);
    assert.equal(ok(await client.get('/api/auth/session')).secondFactor, 'enrol');
    await json('admin', 'grant', '--email', email, '--withdraw');
  });
});
