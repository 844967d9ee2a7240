/* Somebody who talks to the server, and does not believe it: every reply is held against its row of
 * the OpenAPI document. Each client has an address of its own (the server trusts X-Forwarded-For
 * under test), so that limits by address do not mix. */
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:http';
import { ApiDocument, type Row } from './document.js';

const REPLY_MS = 60_000;

// biome-ignore lint/suspicious/noExplicitAny: replies are checked against their schema instead
export type Json = any;

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  body: Json;
  row: Row | undefined;
  asked: string;
}

export interface Options {
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string | string[]>;
  /** The body as it stands, instead of JSON. */
  raw?: string | Buffer;
  /** A 5xx is what the test wants. */
  mayFail?: boolean;
  /** Leave out what a page of ours would send. */
  withoutCsrf?: boolean;
}

const SECURITY_HEADERS: Record<string, RegExp> = {
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^same-origin$/,
  'permissions-policy': /camera=\(\)/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'x-frame-options': /^DENY$/,
  'cache-control': /./,
  'x-request-id': /^[A-Za-z0-9._-]{8,64}$/,
  date: / GMT$/,
};

let document: ApiDocument | undefined;
let base = '';
let addresses = 0;

/** What was answered, by row name: statuses and problem slugs. */
export const seen = new Map<string, Set<string>>();
/** Rows that answered what they do not list. */
export const unlisted = new Set<string>();

export async function useServer(url: string): Promise<ApiDocument> {
  base = url;
  const reply = await new Client().send('GET', '/api/docs/openapi.json', undefined, {});
  assert.equal(reply.status, 200, 'the OpenAPI document is served');
  document = new ApiDocument(JSON.parse(reply.bytes.toString('utf8')));
  return document;
}

export function api(): ApiDocument {
  assert(document, 'useServer comes first');
  return document;
}

export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly cookies = new Map<string, string>();
  readonly address: string;
  csrf: string | undefined;
  token: string | undefined;
  url: string;

  constructor(url = base) {
    this.url = url;
    addresses += 1;
    this.address = `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
  }

  get(path: string, options: Options = {}): Promise<Reply> {
    return this.call('GET', path, undefined, options);
  }
  post(path: string, body?: Json, options: Options = {}): Promise<Reply> {
    return this.call('POST', path, body, options);
  }
  put(path: string, body?: Json, options: Options = {}): Promise<Reply> {
    return this.call('PUT', path, body, options);
  }
  patch(path: string, body?: Json, options: Options = {}): Promise<Reply> {
    return this.call('PATCH', path, body, options);
  }
  delete(path: string, body?: Json, options: Options = {}): Promise<Reply> {
    return this.call('DELETE', path, body, options);
  }

  async call(method: string, path: string, body: Json, options: Options): Promise<Reply> {
    const reply = await this.send(method, path, body, options);
    check(reply, method, options);
    return reply;
  }

  /** Without any check. */
  send(method: string, path: string, body: Json, options: Options): Promise<Reply> {
    const url = new URL(path, this.url);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) {
        url.searchParams.set(name, String(value));
      }
    }
    const payload = options.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const headers = this.headers(method, payload, options);
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, agent: this.agent }, (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const bytes = Buffer.concat(parts);
          const isJson = /[/+]json$/.test(incoming.headers['content-type'] ?? '');
          this.remember(incoming.headers['set-cookie'] ?? []);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            bytes,
            body: isJson && bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined,
            row: document?.find(method, url.pathname),
            asked: `${method} ${path}`,
          });
        });
      });
      sent.setTimeout(REPLY_MS, () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
      sent.on('error', reject);
      sent.end(payload);
    });
  }

  headers(method: string, payload: string | Buffer | undefined, options: Options) {
    const headers: Record<string, string | string[]> = { 'X-Forwarded-For': this.address };
    if (payload !== undefined) {
      headers['Content-Type'] = 'application/json';
      headers['Content-Length'] = String(Buffer.byteLength(payload));
    }
    if (this.token !== undefined) {
      headers['Authorization'] = `Bearer ${this.token}`;
    } else if (this.cookies.size > 0) {
      headers['Cookie'] = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      if (method !== 'GET' && this.csrf !== undefined && options.withoutCsrf !== true) {
        headers['X-CSRF-Token'] = this.csrf;
      }
    }
    return { ...headers, ...options.headers };
  }

  private remember(lines: string[]): void {
    for (const line of lines) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      const isGone = /;\s*max-age=0\b/i.test(line) || pair.length === at + 1;
      if (isGone) {
        this.cookies.delete(name);
      } else {
        this.cookies.set(name, pair.slice(at + 1));
      }
    }
  }
}

/* ---- what every reply must be ---- */

export function note(name: string, what: string): void {
  const whats = seen.get(name) ?? new Set();
  whats.add(what);
  seen.set(name, whats);
}

function check(reply: Reply, method: string, options: Options): void {
  const what = `${reply.asked} answered ${reply.status}`;
  for (const [name, pattern] of Object.entries(SECURITY_HEADERS)) {
    assert.match(String(reply.headers[name] ?? ''), pattern, `${what}: header ${name}`);
  }
  const isFailure = reply.status >= 500;
  assert(!isFailure || options.mayFail === true, `${what}: ${reply.bytes.toString('utf8')}`);
  if (method !== 'HEAD' && reply.status >= 400) {
    checkProblem(reply, what);
  }
  if (reply.row !== undefined) {
    checkRow(reply, reply.row, method, what);
  }
}

function checkProblem(reply: Reply, what: string): void {
  assert.equal(reply.headers['content-type'], 'application/problem+json', what);
  const fits: boolean = api().problem(reply.body);
  assert(fits, `${what}: ${api().explain(api().problem)}`);
  assert.equal(reply.body.status, reply.status, `${what}: status in the problem`);
  assert.equal(reply.body.requestId, reply.headers['x-request-id'], `${what}: request id`);
  assert.equal(reply.headers['cache-control'], 'no-store', `${what}: problems are not stored`);
}

function checkRow(reply: Reply, row: Row, method: string, what: string): void {
  const answer = row.answers.get(reply.status);
  const slug = reply.status >= 400 ? slugOf(reply) : undefined;
  note(row.name, slug ?? String(reply.status));
  if (answer === undefined || (slug !== undefined && method !== 'HEAD' && !answer.problems.includes(slug))) {
    unlisted.add(`${row.name} (${row.method} ${row.path}): ${slug ?? reply.status}`);
    assert.fail(`${what} ${slug ?? ''}, which its row does not list: ${reply.bytes.toString('utf8')}`);
  }
  if (reply.status === 304 || reply.status === 204 || method === 'HEAD') {
    assert.equal(reply.bytes.length, 0, `${what}: no body`);
    return;
  }
  if (answer.media !== undefined) {
    const media = String(reply.headers['content-type']).split(';')[0];
    assert.equal(media, answer.media.split(';')[0], `${what}: media type`);
  }
  if (answer.validate !== undefined) {
    assert(
      answer.validate(reply.body),
      `${what} with a body that is not ${row.name}'s:\n  ${api().explain(answer.validate)}\n` +
        reply.bytes.toString('utf8').slice(0, 2000),
    );
  }
}

function slugOf(reply: Reply): string {
  return String(reply.body?.type ?? '').replace('/problems/', '');
}

/* ---- what a test says about a reply ---- */

/** The row's success; its body. */
export function ok(reply: Reply): Json {
  const wanted = reply.row?.success ?? 200;
  assert.equal(reply.status, wanted, `${reply.asked}: ${reply.bytes.toString('utf8').slice(0, 2000)}`);
  return reply.body;
}

/** A problem of one of these kinds; its body. */
export function refused(reply: Reply, ...slugs: string[]): Json {
  const text = reply.bytes.toString('utf8').slice(0, 500);
  const what = `${reply.asked} should be refused as ${slugs.join(' or ')}, got ${reply.status}: ${text}`;
  assert(reply.status >= 400 && slugs.includes(slugOf(reply)), what);
  return reply.body;
}

/** The places that a refusal names, sorted, each once. */
export function places(problem: Json): string[] {
  return [...new Set<string>((problem.errors ?? []).map((fault: { at: string }) => fault.at))].sort();
}
