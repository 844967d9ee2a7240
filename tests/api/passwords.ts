/* What a password may be. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, ok, places, refused } from './lib/client.js';
import { command } from './lib/harness.js';
import { emailOf, PASSWORD, register, signIn } from './lib/people.js';

const COMMON = [
  'qwertyuiop',
  'Basketball',
  'password123',
  'Password1234!',
  '1234567890',
  'dragon123456',
  'aaaaaaaaaaaa',
  'abcabcabcabc',
  'abcdefghijklm',
  '9876543210',
  'astralfield1',
  'Fantasy2025!',
];
const FINE = [
  'seven green ladders sing',
  'tyrolean-hoverboard',
  'ünïcödé wörds änd möre',
  '🏈🏈🏉🏉⚽⚽🎾🎾🏓🏓🥅🥅'.slice(0, 20),
  `${'long words of many kinds '.repeat(7)}end`,
  'Xk29-qMz1-77aB',
];

describe('passwords', () => {
  test('those that are tried first are refused, wherever one is chosen', async () => {
    const ada = await register('Chooser');
    for (const password of COMMON) {
      const body = { email: emailOf('common'), password, displayName: 'Somebody Else' };
      const problem = refused(await new Client().post('/api/auth/register', body), 'invalid');
      assert.deepEqual(places(problem), ['/password'], password);
    }
    const change = { currentPassword: PASSWORD, newPassword: 'iloveyou123' };
    assert.deepEqual(places(refused(await ada.client.post('/api/auth/password', change), 'invalid')), [
      '/newPassword',
    ]);
    const added = await command(['user', 'add', '--email', emailOf('cli')], 'password12345');
    assert.equal(added.code, 1);
  });

  test('those about the account itself are refused', async () => {
    const body = { email: emailOf('marguerite'), displayName: 'Zebediah' };
    for (const password of ['Zebediah2025', `x${body.email}`, `${body.email.split('@')[0]}99`]) {
      refused(await new Client().post('/api/auth/register', { ...body, password }), 'invalid');
    }
  });

  test('no kind of character is asked for, and nothing is cut off', async () => {
    for (const [i, password] of FINE.entries()) {
      const email = emailOf(`fine${i}`);
      const body = { email, password, displayName: 'Fine' };
      ok(await new Client().post('/api/auth/register', body));
      await signIn(email, password);
      const shorter = { email, password: [...password].slice(0, -1).join('') };
      refused(await new Client().post('/api/auth/login', shorter), 'wrong-credentials');
    }
  });

  test('guessing the present one while signed in is limited too', async () => {
    const ada = await register('Inside');
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) {
      const body = { currentPassword: `guess ${i}`, newPassword: 'entirely other words' };
      statuses.push((await ada.client.post('/api/auth/password', body)).status);
    }
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429]);
  });
});
