/* Accounts, made once and used by all tests: a password takes a while to hash. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Client, ok } from './client.js';
import { command } from './harness.js';

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

export async function signIn(email: string, password = PASSWORD, client = new Client()): Promise<Client> {
  client.csrf = ok(await client.post('/api/auth/login', { email, password })).csrfToken;
  return client;
}

/** Somebody who runs the installation. */
export function operator(): Promise<Person> {
  const there = known.get('Operator') ?? makeOperator();
  known.set('Operator', there);
  return there;
}

async function makeOperator(): Promise<Person> {
  const email = emailOf('Operator');
  const added = await command(
    ['user', 'add', '--email', email, '--name', 'Operator', '--operator'],
    PASSWORD,
  );
  assert.equal(added.code, 0, added.stderr);
  const client = await signIn(email);
  return { client, id: ok(await client.get('/api/auth/me')).id, email, name: 'Operator' };
}
