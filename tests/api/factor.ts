/* The second factor, and where an account is signed in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Json, ok, places, refused } from './lib/client.js';
import { Server, waitFor } from './lib/harness.js';
import { smallLeague } from './lib/leagues.js';
import {
  emailOf,
  enrol,
  makeBareOperator,
  operator,
  operatorAgain,
  PASSWORD,
  person,
  register,
  signIn,
} from './lib/people.js';
import { Live } from './lib/socket.js';
import { codeOf } from './lib/totp.js';

const SECOND = 1000;
const wrongFor = (secret: string): string => {
  const right = [-1, 0, 1].map((away) => codeOf(secret, away));
  return right.includes('000000') ? '111111' : '000000';
};

describe('the second factor', () => {
  test('it is offered as a secret, an address and a QR code, to whoever knows the password', async () => {
    const ada = await register('Offer');
    refused(await ada.client.post('/api/auth/totp', { currentPassword: 'not it at all' }), 'wrong-credentials');
    const offer = ok(await ada.client.post('/api/auth/totp', { currentPassword: PASSWORD }));
    assert.match(offer.secret, /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    const uri = new URL(offer.uri);
    assert.equal(uri.protocol, 'otpauth:');
    assert(offer.uri.startsWith(`otpauth://totp/AstralField:${encodeURIComponent(ada.email)}?`), offer.uri);
    assert.equal(uri.searchParams.get('secret'), offer.secret.replaceAll(' ', ''));
    assert.equal(uri.searchParams.get('issuer'), 'AstralField');
    assert.match(offer.qr, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 (\d+) \1"/);
    assert(!/script|href|on\w+=/.test(offer.qr));
    const state = ok(await ada.client.get('/api/auth/totp'));
    assert.deepEqual(state, { isOn: false, isRequired: false, since: null, recoveryCodesLeft: 0 });
    await signIn(ada.email); /* nothing is asked before the first code */
  });

  test('from its first code on signing in asks for one, and no code is good twice', async () => {
    const ada = await register('Factor');
    const { secret, codes } = await enrol(ada.client);
    assert.equal(new Set(codes).size, 10);
    const state = ok(await ada.client.get('/api/auth/totp'));
    assert.equal(state.isOn, true);
    assert.equal(state.recoveryCodesLeft, 10);
    assert.equal(ok(await ada.client.get('/api/auth/me')).hasSecondFactor, true);
    const login = (code?: string) =>
      new Client().post('/api/auth/login', { email: ada.email, password: PASSWORD, code });
    refused(await login(), 'second-factor');
    refused(await login(wrongFor(secret)), 'wrong-code');
    refused(await login(codeOf(secret)), 'wrong-code'); /* it was used to confirm */
    const next = codeOf(secret, 1);
    ok(await login(`${next.slice(0, 3)} ${next.slice(3)}`));
    refused(await login(next), 'wrong-code');
  });

  test('with a wrong password a code is not even looked at', async () => {
    const ada = await register('BothWrong');
    const { codes } = await enrol(ada.client);
    const code = codes.pop();
    const body = { email: ada.email, password: 'wrong password here', code };
    refused(await new Client().post('/api/auth/login', body), 'wrong-credentials');
    await signIn(ada.email, PASSWORD, new Client(), code);
  });

  test('fifty at once with one recovery code: one gets in', async () => {
    const ada = await register('Race');
    const { codes } = await enrol(ada.client);
    const knows = new Client();
    await signIn(ada.email, PASSWORD, knows, codes[0]);
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const body = { email: ada.email, password: PASSWORD, code: codes[1]?.toLowerCase() };
        return (await new Client().post('/api/auth/login', body)).status;
      }),
    );
    assert.equal(statuses.filter((status) => status === 200).length, 1);
    assert(statuses.every((status) => [200, 401, 429].includes(status)));
  });

  test('after five wrong codes the account waits', async () => {
    const ada = await register('Codes');
    const { secret, codes } = await enrol(ada.client);
    for (let i = 0; i < 5; i++) {
      refused(await ada.client.post('/api/auth/totp/prove', { code: wrongFor(secret) }), 'wrong-code');
    }
    refused(await ada.client.post('/api/auth/totp/prove', { code: codes[0] }), 'too-many-requests');
  });

  test('new recovery codes make the old ones worthless', async () => {
    const ada = await register('Renew');
    const { codes } = await enrol(ada.client);
    const made = ok(await ada.client.post('/api/auth/totp/recovery-codes', { code: codes[0] }));
    assert.equal(made.recoveryCodes.length, 10);
    refused(await ada.client.post('/api/auth/totp/prove', { code: codes[1] }), 'wrong-code');
    ok(await ada.client.post('/api/auth/totp/prove', { code: made.recoveryCodes[0] }));
    assert.equal(ok(await ada.client.get('/api/auth/totp')).recoveryCodesLeft, 9);
  });

  test('taking it away needs the password and a code, and a token can do nothing with it', async () => {
    const ada = await register('Disable');
    const { secret, codes } = await enrol(ada.client);
    refused(await ada.client.post('/api/auth/totp', { currentPassword: PASSWORD }), 'conflict');
    const disable = (currentPassword: string, code: string) =>
      ada.client.post('/api/auth/totp/disable', { currentPassword, code });
    refused(await disable('not the password', codes[0] ?? ''), 'wrong-credentials');
    refused(await disable(PASSWORD, wrongFor(secret)), 'wrong-code');
    const made = ok(await ada.client.post('/api/auth/tokens', { name: 'script', scopes: ['account'] }));
    const robot = new Client();
    robot.token = made.secret;
    for (const [path, body] of [
      ['totp', { currentPassword: PASSWORD }],
      ['totp/confirm', { code: '000000' }],
      ['totp/prove', { code: '000000' }],
      ['totp/recovery-codes', { code: '000000' }],
      ['totp/disable', { currentPassword: PASSWORD, code: '000000' }],
    ] as const) {
      refused(await robot.post(`/api/auth/${path}`, body), 'forbidden');
    }
    ok(await disable(PASSWORD, codes[0] ?? ''));
    await signIn(ada.email);
    refused(await ada.client.post('/api/auth/totp/prove', { code: codes[1] }), 'conflict');
    refused(await ada.client.post('/api/auth/totp/confirm', { code: '000000' }), 'conflict');
  });
});

describe('operators and the second factor', () => {
  /* Other tests count on there being one operator only. */
  const close = async (userId: number) =>
    ok(await (await operator()).client.post('/api/admin/disable-user', { userId, reason: 'the test is over' }));

  test('an operator without one may only set one up', async () => {
    const boss = await makeBareOperator('Bare');
    assert.equal(ok(await boss.client.get('/api/auth/session')).secondFactor, 'enrol');
    assert.equal(ok(await boss.client.get('/api/auth/totp')).isRequired, true);
    ok(await boss.client.get('/api/version'));
    for (const path of ['/api/metrics/errors', '/api/dashboard', '/api/auth/tokens']) {
      refused(await boss.client.get(path), 'second-factor-first');
    }
    const tokens = { name: 'ops', scopes: ['ops'] };
    refused(await boss.client.post('/api/auth/tokens', tokens), 'second-factor-first');
    const { codes } = await enrol(boss.client);
    assert.equal(ok(await boss.client.get('/api/auth/session')).secondFactor, 'ok');
    ok(await boss.client.get('/api/metrics/errors'));
    /* A session from before it was set up may play, and not operate, until a code is given. */
    ok(await boss.client.get('/api/dashboard'));
    ok(await boss.client.post('/api/auth/logout'));
    refused(await new Client().post('/api/auth/login', { email: boss.email, password: PASSWORD }), 'second-factor');
    const again = await signIn(boss.email, PASSWORD, new Client(), codes[0]);
    ok(await again.get('/api/metrics/errors'));
    await close(boss.id);
  });

  test('an older session of the operator must give a code before it operates', async () => {
    const boss = await makeBareOperator('Older');
    const older = await signIn(boss.email);
    const { codes } = await enrol(boss.client);
    await waitFor(
      async () => ok(await older.get('/api/auth/session')).secondFactor === 'prove',
      'the older session knows',
    );
    ok(await older.get('/api/dashboard'));
    refused(await older.get('/api/metrics/errors'), 'second-factor-first');
    ok(await older.post('/api/auth/totp/prove', { code: codes[0] }));
    ok(await older.get('/api/metrics/errors'));
    await close(boss.id);
  });

  test('tokens and direct connections work as before, and the setting can be off', async () => {
    const again = await operatorAgain();
    const made = ok(await again.post('/api/auth/tokens', { name: 'still', scopes: ['ops'] }));
    const robot = new Client();
    robot.token = made.secret;
    ok(await robot.get('/api/metrics/errors'));
    const server = await Server.start('no-factor', { OPERATOR_TOTP: 'off', TRUST_PROXY: 'on' });
    try {
      const { email, id } = await makeBareOperator('Trusted');
      const client = await signIn(email, PASSWORD, new Client(server.url));
      ok(await client.get('/api/metrics/errors'));
      assert.equal(ok(await client.get('/api/auth/session')).secondFactor, 'ok');
      await close(id);
    } finally {
      await server.stop();
    }
  });
});

describe('where an account is signed in', () => {
  test('ending all other sessions leaves this one, and closes their sockets only', async () => {
    const ada = await register('Places');
    const phone = await signIn(ada.email);
    const tablet = await signIn(ada.email);
    const here = await Live.open(ada.client);
    const there = await Live.open(phone);
    const sessions = ok(await ada.client.get('/api/auth/sessions')).sessions;
    assert.equal(sessions.length, 3);
    assert(sessions.every((each: Json) => /^\d+\.\d+\.\d+\.0\/24$/.test(each.network)));
    assert.equal(ok(await ada.client.delete('/api/auth/sessions')).sessionsRevoked, 2);
    await waitFor(() => there.closed, 'the end of the phone’s socket', SECOND);
    refused(await phone.get('/api/auth/me'), 'sign-in-required');
    refused(await tablet.get('/api/auth/me'), 'sign-in-required');
    await here.settle();
    here.close();
  });

  test('a session that ends takes its sockets along within a second, on every node', async () => {
    const other = await Server.start('elsewhere', { TRUST_PROXY: 'on' });
    try {
      const ada = await register('Nodes');
      const phone = await signIn(ada.email);
      const far = new Client(other.url);
      phone.cookies.forEach((value, name) => far.cookies.set(name, value));
      const own = await Live.open(ada.client);
      const sockets = [await Live.open(phone), await Live.open(far)];
      const { sessions } = ok(await ada.client.get('/api/auth/sessions'));
      const id = sessions.find((each: Json) => !each.isCurrent).id;
      ok(await ada.client.delete(`/api/auth/sessions/${id}`));
      for (const socket of sockets) {
        await waitFor(() => socket.closed, 'the end of a socket', SECOND);
      }
      refused(await far.get('/api/auth/me'), 'sign-in-required');
      await own.settle();
      const changed = await signIn(ada.email);
      const listener = await Live.open(changed);
      const next = 'four unlikely words together';
      ok(await ada.client.post('/api/auth/password', { currentPassword: PASSWORD, newPassword: next }));
      await waitFor(() => listener.closed, 'a new password closes the others’ sockets', SECOND);
      await own.settle();
      own.close();
    } finally {
      await other.stop();
    }
  });

  test('a token that is revoked takes its sockets along', async () => {
    const ada = await person('TokenSocket');
    const made = ok(await ada.client.post('/api/auth/tokens', { name: 'listener', scopes: ['read', 'account'] }));
    const robot = new Client();
    robot.token = made.secret;
    const own = await Live.open(ada.client);
    const listener = await Live.open(robot);
    ok(await ada.client.delete(`/api/auth/tokens/${made.token.id}`));
    await waitFor(() => listener.closed, 'the end of the token’s socket', SECOND);
    await own.settle();
    own.close();
  });

  test('who leaves a league hears no more of it within a second', async () => {
    const league = await smallLeague({ name: 'Leaving', settings: { visibility: 'private' } });
    const vic = await register('Leaver');
    const { code } = ok(
      await league.commissioner.client.post(`/api/leagues/${league.id}/invites`, { role: 'viewer' }),
    );
    ok(await vic.client.post(`/api/leagues/${league.id}/join`, { inviteCode: code }));
    const live = await Live.open(vic.client);
    live.send({ subscribe: `league:${league.id}` });
    await live.next((message) => message.subscribed !== undefined);
    ok(await vic.client.post(`/api/leagues/${league.id}/leave`));
    await waitFor(() => live.closed, 'the end of the subscription', SECOND);
    const back = await Live.open(vic.client);
    back.send({ subscribe: `league:${league.id}` });
    const answer = await back.next((message) => message.error !== undefined);
    assert.equal(answer.error.type, '/problems/not-found');
    back.close();
  });

  test('a public league that goes private is heard by its members only', async () => {
    const league = await smallLeague({ name: 'Closing', settings: { visibility: 'public' } });
    const live = await Live.open(new Client());
    live.send({ subscribe: `league:${league.id}` });
    await live.next((message) => message.subscribed !== undefined);
    ok(await league.commissioner.client.patch(`/api/leagues/${league.id}`, { settings: { visibility: 'private' } }));
    await waitFor(() => live.closed, 'the end of the subscription', SECOND);
  });

  test('signing out tells the browser to forget what it kept', async () => {
    const ada = await register('Forget');
    const reply = await ada.client.post('/api/auth/logout');
    assert.equal(reply.headers['clear-site-data'], '"cache"');
    assert.match(String(reply.headers['cache-control']), /no-store/);
  });

  test('a cookie that was there before signing in is never the session', async () => {
    const planted = 'B'.repeat(43);
    const ada = await register('Fixation');
    const victim = new Client();
    victim.cookies.set('__Host-af_session', planted);
    await signIn(ada.email, PASSWORD, victim);
    assert.notEqual(victim.cookies.get('__Host-af_session'), planted);
    const attacker = new Client();
    attacker.cookies.set('__Host-af_session', planted);
    refused(await attacker.get('/api/auth/me'), 'sign-in-required');
    /* Without the prefix the name could be set by a neighbour of the host: it is not read. */
    const plain = new Client();
    plain.cookies.set('af_session', victim.cookies.get('__Host-af_session') ?? '');
    refused(await plain.get('/api/auth/me'), 'sign-in-required');
  });
});

describe('sign-in tries', () => {
  test('strangers who guess do not lock the owner’s own browser out', async () => {
    const ada = await register('Owner');
    ok(await ada.client.post('/api/auth/logout'));
    for (let i = 0; i < 6; i++) {
      await new Client().post('/api/auth/login', { email: ada.email, password: `guess number ${i}` });
    }
    const stranger = await new Client().post('/api/auth/login', { email: ada.email, password: PASSWORD });
    refused(stranger, 'too-many-requests');
    assert(ada.client.cookies.has('__Host-af_device'));
    await signIn(ada.email, PASSWORD, ada.client);
    const { client } = await operator();
    const report = ok(await client.get('/api/auth/security-report'));
    assert(report.lockouts > 0 && report.newDevices > 0, JSON.stringify(report));
  });

  test('unknown accounts and wrong passwords take the same time', async () => {
    const server = await Server.start('timing', { TRUST_PROXY: 'on' });
    try {
      const email = emailOf('timed');
      const maker = new Client(server.url);
      ok(await maker.post('/api/auth/register', { email, password: PASSWORD, displayName: 'Timed' }));
      const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
      for (let i = 0; i < 40; i++) {
        const who = i % 2 === 0 ? 'known' : 'unknown';
        const client = new Client(server.url);
        client.cookies.set('__Host-af_device', maker.cookies.get('__Host-af_device') ?? '');
        const body = { email: who === 'known' && i < 10 ? email : emailOf(`u${i}`), password: 'a wrong password' };
        const began = process.hrtime.bigint();
        refused(await client.post('/api/auth/login', body), 'wrong-credentials');
        times[body.email === email ? 'known' : 'unknown'].push(Number(process.hrtime.bigint() - began) / 1e6);
      }
      const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
      const [known, unknown] = [median(times.known), median(times.unknown)];
      /* The hash is the work: leaving it out would make one of them many times faster. */
      assert(known < 3 * unknown && unknown < 3 * known, `${known} ms against ${unknown} ms`);
    } finally {
      await server.stop();
    }
  });
});

describe('blocked addresses', () => {
  test('a block closes the sockets that were open from there', async () => {
    const { client } = await operator();
    const blocked = new Client();
    const socket = await Live.open(blocked, { from: '198.51.100.7' });
    const other = await Live.open(new Client());
    ok(await client.post('/api/admin/block-ip', { ip: '198.51.100.7', duration: 2, reason: 'a test' }));
    await waitFor(() => socket.closed, 'the end of the blocked socket', SECOND);
    await other.settle();
    other.close();
  });
});

describe('places of faults', () => {
  test('a code that cannot be one is refused before anything is counted', async () => {
    const ada = await person('Faults');
    const problem = refused(await ada.client.post('/api/auth/totp/prove', { code: '1' }), 'invalid');
    assert.deepEqual(places(problem), ['/code']);
  });
});
