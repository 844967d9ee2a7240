/* Accounts, made once and used by all tests: a password takes a while to hash. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Client, ok } from './client.js';
import { command } from './harness.js';
import { codeOf } from './totp.js';

export const PASSWORD = 'correct horse battery';

export interface Person {
  client: Client;
  id: number;
  email: string;
  name: string;
}

const run = randomBytes(4).toString('hex');
let made = 0;
const known = new Map<string, Promise<Person>>();

export function emailOf(name: string): string {
  return `${name.toLowerCase()}.${run}@example.org`;
}

/** A fresh account, signed in. */
export async function register(name: string): Promise<Person> {
  const client = new Client();
  made += 1;
  const email = emailOf(`${name}.${made}`);
  const reply = await client.post('/api/auth/register', { email, password: PASSWORD, displayName: name });
  const { user, csrfToken } = ok(reply);
  client.csrf = csrfToken;
  return { client, id: user.id, email, name };
}

/** The account of this name; the same one every time. */
export function person(name: string): Promise<Person> {
  const there = known.get(name) ?? register(name);
  known.set(name, there);
  return there;
}

export async function signIn(
  email: string,
  password = PASSWORD,
  client = new Client(),
  code?: string,
): Promise<Client> {
  client.csrf = ok(await client.post('/api/auth/login', { email, password, code })).csrfToken;
  return client;
}

export interface Operator extends Person {
  /** Recovery codes that nobody has used yet. */
  codes: string[];
}

/** Gives the account a second factor; what it was and its recovery codes. */
export async function enrol(client: Client): Promise<{ secret: string; codes: string[] }> {
  const { secret } = ok(await client.post('/api/auth/totp', { currentPassword: PASSWORD }));
  const reply = ok(await client.post('/api/auth/totp/confirm', { code: codeOf(secret) }));
  return { secret, codes: reply.recoveryCodes };
}

/** Somebody who runs the installation. */
export function operator(): Promise<Operator> {
  boss ??= makeOperator('Operator');
  return boss;
}
let boss: Promise<Operator> | undefined;

/** The operator's account in one more session: a recovery code is used up for it. */
export async function operatorAgain(): Promise<Client> {
  const { email, codes } = await operator();
  return signIn(email, PASSWORD, new Client(), codes.pop());
}

/** An account that runs the installation, signed in by password only. */
export async function makeBareOperator(name: string): Promise<Person> {
  const email = emailOf(name);
  const added = await command(
    ['user', 'add', '--email', email, '--name', name, '--operator'],
    PASSWORD,
  );
  assert.equal(added.code, 0, added.stderr);
  const client = await signIn(email);
  return { client, id: ok(await client.get('/api/auth/me')).id, email, name };
}

async function makeOperator(name: string): Promise<Operator> {
  const bare = await makeBareOperator(name);
  return { ...bare, codes: (await enrol(bare.client)).codes };
}
