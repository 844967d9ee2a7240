import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, ok, places, refused } from './lib/client.js';
import { Server } from './lib/harness.js';
import { emailOf, operator, PASSWORD, person, register, signIn } from './lib/people.js';

function cookieOf(headers: NodeJS.Dict<string | string[]>): string {
  return String(headers['set-cookie']?.[0] ?? '');
}

describe('accounts', () => {
  test('an account is made and signed in by registering', async () => {
    const ada = await register('Ada');
    const session = ok(await ada.client.get('/api/auth/session'));
    assert.equal(session.authenticated, true);
    assert.equal(session.user.displayName, 'Ada');
    assert.equal(session.user.email, ada.email);
    assert.equal(session.user.isOperator, false);
    assert.equal(session.csrfToken, ada.client.csrf);
    assert.deepEqual(ok(await ada.client.get('/api/auth/me')), session.user);
    assert.deepEqual(ok(await ada.client.get('/api/users/me')), session.user);
  });

  test('the session cookie cannot be read by scripts, stays on our site and needs TLS behind a proxy', async () => {
    const client = new Client();
    const reply = await client.post('/api/auth/register', {
      email: emailOf('cookie'),
      password: PASSWORD,
      displayName: 'Cookie',
    });
    ok(reply);
    const cookie = cookieOf(reply.headers);
    assert.match(cookie, /^__Host-af_session=[A-Za-z0-9_-]{43};/);
    for (const flag of ['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure', 'Max-Age=2592000']) {
      assert(cookie.split('; ').includes(flag), `${flag} in ${cookie}`);
    }
    assert.match(String(reply.headers['strict-transport-security']), /max-age=63072000/);
  });

  test('an address in another case is the same account', async () => {
    const ada = await person('Case');
    refused(
      await new Client().post('/api/auth/register', {
        email: ada.email.toUpperCase(),
        password: PASSWORD,
        displayName: 'Again',
      }),
      'email-taken',
    );
    await signIn(ada.email.toUpperCase());
  });

  test('every fault of a registration is named at once', async () => {
    const problem = refused(
      await new Client().post('/api/auth/register', {
        email: 'nobody',
        password: 'short',
        displayName: '',
        x: 1,
      }),
      'invalid',
    );
    assert.deepEqual(places(problem), ['/displayName', '/email', '/password', '/x']);
    const missing = refused(await new Client().post('/api/auth/register', {}), 'invalid');
    assert.deepEqual(places(missing), ['/displayName', '/email', '/password']);
  });

  test('a display name of blanks is refused', async () => {
    const problem = refused(
      await new Client().post('/api/auth/register', {
        email: emailOf('blank'),
        password: PASSWORD,
        displayName: '   ',
      }),
      'invalid',
    );
    assert.deepEqual(places(problem), ['/displayName']);
  });

  test('a wrong password and an unknown address get the same answer', async () => {
    const ada = await person('Ada2');
    const wrong = refused(
      await new Client().post('/api/auth/login', { email: ada.email, password: 'not the password' }),
      'wrong-credentials',
    );
    const unknown = refused(
      await new Client().post('/api/auth/login', { email: emailOf('nobody'), password: 'not the password' }),
      'wrong-credentials',
    );
    assert.deepEqual({ ...wrong, requestId: '' }, { ...unknown, requestId: '' });
  });

  test('signing out ends the session everywhere', async () => {
    const ada = await register('Leaver');
    const stolen = new Client();
    for (const [name, value] of ada.client.cookies) {
      stolen.cookies.set(name, value);
    }
    ok(await stolen.get('/api/auth/me'));
    const reply = await ada.client.post('/api/auth/logout');
    ok(reply);
    assert.match(cookieOf(reply.headers), /^__Host-af_session=;.*Max-Age=0/);
    refused(await stolen.get('/api/auth/me'), 'sign-in-required');
    assert.equal(ok(await stolen.get('/api/auth/session')).authenticated, false);
  });

  test('nobody is an answer of the session, and the sign-in methods are public', async () => {
    assert.deepEqual(ok(await new Client().get('/api/auth/session')), {
      authenticated: false,
      user: null,
      csrfToken: null,
      secondFactor: 'ok',
    });
    assert.deepEqual(ok(await new Client().get('/api/auth/methods')), {
      password: true,
      registration: 'open',
    });
  });

  test('what needs an account asks for one', async () => {
    for (const path of ['/api/auth/me', '/api/auth/sessions', '/api/auth/tokens']) {
      refused(await new Client().get(path), 'sign-in-required');
    }
    const forged = new Client();
    forged.cookies.set('__Host-af_session', 'A'.repeat(43));
    refused(await forged.get('/api/auth/me'), 'sign-in-required');
  });

  test('a write by cookie needs the CSRF token of its own session', async () => {
    const ada = await person('Csrf');
    const bob = await person('Csrf2');
    refused(await ada.client.post('/api/auth/logout', undefined, { withoutCsrf: true }), 'csrf');
    const other = { headers: { 'X-CSRF-Token': String(bob.client.csrf) }, withoutCsrf: true };
    refused(await ada.client.post('/api/auth/logout', undefined, other), 'csrf');
    const near = { headers: { 'X-CSRF-Token': `${ada.client.csrf}0` }, withoutCsrf: true };
    refused(await ada.client.post('/api/auth/logout', undefined, near), 'csrf');
    ok(await ada.client.get('/api/auth/me'));
  });

  test('a write that another site asked for is refused, token or not', async () => {
    const ada = await person('Csrf');
    refused(
      await ada.client.post('/api/auth/logout', undefined, { headers: { 'Sec-Fetch-Site': 'cross-site' } }),
      'csrf',
    );
    ok(await ada.client.get('/api/auth/me'));
  });

  test('a session that is ended from elsewhere is gone, and nobody ends those of others', async () => {
    const ada = await register('Sessions');
    const phone = await signIn(ada.email);
    const bob = await person('Csrf2');
    const { sessions } = ok(await ada.client.get('/api/auth/sessions'));
    assert.equal(sessions.length, 2);
    assert.equal(sessions.filter((session: { isCurrent: boolean }) => session.isCurrent).length, 1);
    const other = sessions.find((session: { isCurrent: boolean }) => !session.isCurrent);
    assert.equal(other.network, phone.address.replace(/\d+$/, '0/24'));
    refused(await bob.client.delete(`/api/auth/sessions/${other.id}`), 'not-found');
    ok(await phone.get('/api/auth/me'));
    ok(await ada.client.delete(`/api/auth/sessions/${other.id}`));
    refused(await phone.get('/api/auth/me'), 'sign-in-required');
    refused(await ada.client.delete(`/api/auth/sessions/${other.id}`), 'not-found');
  });

  test('a new password ends the other sessions and is the one that counts', async () => {
    const ada = await register('Password');
    const phone = await signIn(ada.email);
    const next = 'a longer passphrase';
    refused(
      await ada.client.post('/api/auth/password', { currentPassword: 'wrong one', newPassword: next }),
      'wrong-credentials',
    );
    ok(await phone.get('/api/auth/me'));
    const changed = ok(
      await ada.client.post('/api/auth/password', { currentPassword: PASSWORD, newPassword: next }),
    );
    assert.equal(changed.sessionsRevoked, 1);
    refused(await phone.get('/api/auth/me'), 'sign-in-required');
    ok(await ada.client.get('/api/auth/me'));
    refused(
      await new Client().post('/api/auth/login', { email: ada.email, password: PASSWORD }),
      'wrong-credentials',
    );
    await signIn(ada.email, next);
  });

  test('a new password must be long enough', async () => {
    const ada = await person('Csrf');
    const problem = refused(
      await ada.client.post('/api/auth/password', { currentPassword: PASSWORD, newPassword: 'ninechars' }),
      'invalid',
    );
    assert.deepEqual(places(problem), ['/newPassword']);
  });

  test('after five wrong passwords the account waits, and the right one has to wait too', async () => {
    const ada = await register('Guessed');
    for (let i = 0; i < 5; i++) {
      const body = { email: ada.email, password: `guess number ${i}` };
      refused(await new Client().post('/api/auth/login', body), 'wrong-credentials');
    }
    const reply = await new Client().post('/api/auth/login', { email: ada.email, password: PASSWORD });
    refused(reply, 'too-many-requests');
    assert(Number(reply.headers['retry-after']) > 0);
    ok(await ada.client.get('/api/auth/me'));
  });

  test('one address cannot try the accounts of many', async () => {
    const thief = new Client();
    let refusals = 0;
    for (let i = 0; i < 31; i++) {
      const reply = await thief.post('/api/auth/login', {
        email: emailOf(`victim${i}`),
        password: 'password1',
      });
      refusals += reply.status === 429 ? 1 : 0;
      assert([401, 429].includes(reply.status));
    }
    assert.equal(refusals, 1);
  });
});

describe('API tokens', () => {
  async function token(owner: Client, scopes: string[], name = scopes.join('+')): Promise<Client> {
    const made = ok(await owner.post('/api/auth/tokens', { name, scopes }));
    const client = new Client();
    client.token = made.secret;
    return client;
  }

  test('a token acts for its owner without cookie or CSRF token', async () => {
    const ada = await register('Token');
    const made = ok(
      await ada.client.post('/api/auth/tokens', {
        name: 'laptop',
        scopes: ['read', 'write', 'account'],
        expiresInDays: 7,
      }),
    );
    assert.match(made.secret, /^aft_[A-Za-z0-9_-]{43}$/);
    assert(made.secret.startsWith(made.token.hint.replace(/…$/, '')), made.token.hint);
    assert.deepEqual(made.token.scopes, ['read', 'write', 'account']);
    const left = Date.parse(made.token.expiresAt) - Date.now();
    assert(Math.abs(left - 7 * 86_400_000) < 60_000, 'it lasts a week');
    const script = new Client();
    script.token = made.secret;
    assert.equal(ok(await script.get('/api/auth/me')).id, ada.id);
    const session = ok(await script.get('/api/auth/session'));
    assert.equal(session.authenticated, true);
    assert.equal(session.csrfToken, null);
    const { tokens } = ok(await ada.client.get('/api/auth/tokens'));
    assert.deepEqual(
      tokens.map((each: { name: string }) => each.name),
      ['laptop'],
    );
    assert(!JSON.stringify(tokens).includes(made.secret), 'the secret is shown once');
  });

  test('a token does what its scopes say and no more', async () => {
    const ada = await person('Scopes');
    const reader = await token(ada.client, ['read']);
    const writer = await token(ada.client, ['write']);
    const league = { name: 'By token', teamName: 'Robots' };
    ok(await reader.get('/api/leagues'));
    refused(await reader.get('/api/auth/me'), 'forbidden');
    refused(await reader.post('/api/leagues', league), 'forbidden');
    ok(await writer.post('/api/leagues', league));
    refused(await writer.get('/api/dashboard'), 'forbidden');
    ok(await reader.get('/api/dashboard'));
  });

  test('a revoked token is nobody at once', async () => {
    const ada = await person('Revoked');
    const made = ok(await ada.client.post('/api/auth/tokens', { name: 'old', scopes: ['account'] }));
    const script = new Client();
    script.token = made.secret;
    ok(await script.get('/api/auth/me'));
    const bob = await person('Csrf2');
    refused(await bob.client.delete(`/api/auth/tokens/${made.token.id}`), 'not-found');
    ok(await ada.client.delete(`/api/auth/tokens/${made.token.id}`));
    refused(await script.get('/api/auth/me'), 'sign-in-required');
    refused(await ada.client.delete(`/api/auth/tokens/${made.token.id}`), 'not-found');
  });

  test('a token that is none is refused, not taken for nobody', async () => {
    const stranger = new Client();
    stranger.token = `aft_${'x'.repeat(43)}`;
    refused(await stranger.get('/api/auth/session'), 'sign-in-required');
    const basic = { headers: { Authorization: 'Basic YTpi' } };
    refused(await new Client().get('/api/auth/session', basic), 'sign-in-required');
  });

  test('a token cannot make one that may do more, and only an operator has ops', async () => {
    const ada = await person('Escalation');
    const keeper = await token(ada.client, ['account']);
    const problem = refused(
      await keeper.post('/api/auth/tokens', { name: 'more', scopes: ['write'] }),
      'invalid',
    );
    assert.deepEqual(places(problem), ['/scopes']);
    const ops = { name: 'ops', scopes: ['ops'] };
    assert.deepEqual(places(refused(await ada.client.post('/api/auth/tokens', ops), 'invalid')), ['/scopes']);
    const boss = await operator();
    ok(await boss.client.post('/api/auth/tokens', ops));
    refused(await keeper.post('/api/auth/logout'), 'forbidden');
  });

  test('two tokens of one name are refused, and scopes are checked', async () => {
    const ada = await person('TokenNames');
    ok(await ada.client.post('/api/auth/tokens', { name: 'same', scopes: ['read'] }));
    refused(await ada.client.post('/api/auth/tokens', { name: 'same', scopes: ['read'] }), 'conflict');
    const problem = refused(
      await ada.client.post('/api/auth/tokens', {
        name: 'odd',
        scopes: ['read', 'everything'],
        expiresInDays: 0,
      }),
      'invalid',
    );
    assert.deepEqual(places(problem), ['/expiresInDays', '/scopes/1']);
  });
});

describe('a server on its own', () => {
  test('without a proxy in front, cookies work over plain HTTP and the forwarded address is not believed', async () => {
    const server = await Server.start('plain', { TRUST_PROXY: 'off', REGISTRATION: 'open' });
    const client = new Client(server.url);
    const reply = await client.post('/api/auth/register', {
      email: emailOf('plain'),
      password: PASSWORD,
      displayName: 'Plain',
    });
    client.csrf = ok(reply).csrfToken;
    assert(!/secure/i.test(cookieOf(reply.headers)), 'the cookie is not Secure');
    assert.equal(reply.headers['strict-transport-security'], undefined);
    const { sessions } = ok(await client.get('/api/auth/sessions'));
    assert.equal(sessions[0].network, '127.0.0.0/24');
    assert.equal(await server.stop(), 0);
    assert.deepEqual(server.complaints(), []);
  });

  test('limits by caller answer 429 with the time to wait, and count each caller alone', async () => {
    const server = await Server.start('limited', { TRUST_PROXY: 'on', RATE_LIMITS: 'on' });
    const hasty = new Client(server.url);
    const calm = new Client(server.url);
    let reply = await hasty.get('/api/auth/session');
    assert.match(String(reply.headers['ratelimit-limit']), /^\d+$/);
    for (let i = 0; i < 400 && reply.status === 200; i++) {
      reply = await hasty.get('/api/auth/session');
    }
    refused(reply, 'too-many-requests');
    assert(Number(reply.headers['retry-after']) >= 1);
    ok(await calm.get('/api/auth/session'));
    await server.stop();
    assert.deepEqual(server.complaints(), []);
  });

  test('a closed installation registers nobody and says so beforehand', async () => {
    const server = await Server.start('closed', { TRUST_PROXY: 'on', REGISTRATION: 'closed' });
    const client = new Client(server.url);
    assert.equal(ok(await client.get('/api/auth/methods')).registration, 'closed');
    refused(
      await client.post('/api/auth/register', {
        email: emailOf('late'),
        password: PASSWORD,
        displayName: 'Late',
      }),
      'forbidden',
    );
    await server.stop();
  });
});
