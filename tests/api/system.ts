import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { api, Client, ok, places, refused } from './lib/client.js';
import { must, Server, startRedis, waitFor } from './lib/harness.js';
import { emailOf, PASSWORD, person, register } from './lib/people.js';
import { exchange, Raw } from './lib/raw.js';
import { INDEX, SCRIPT } from './lib/site.js';

const nobody = new Client();
const port = Number(new URL(nobody.url).port);
const HOST = `Host: 127.0.0.1:${port}\r\n`;

describe('health and documents about ourselves', () => {
  test('health says what the server stands on, and is never stored', async () => {
    const reply = await nobody.get('/api/health');
    const health = ok(reply);
    assert.equal(health.status, 'ok');
    assert.deepEqual(health.checks, { database: 'connected', cache: 'connected' });
    assert.equal(health.mode, 'normal');
    assert(Math.abs(Date.parse(health.timestamp) - Date.now()) < 5000, health.timestamp);
    assert.match(health.uptime, /^\d+d \d\d:\d\d:\d\d$/);
    assert.equal(reply.headers['cache-control'], 'no-store');
    assert.equal(health.release, null); // this program lies in no release
    assert.deepEqual(ok(await nobody.get('/api/health/simple')), { status: 'ok' });
    assert.deepEqual(ok(await nobody.get('/api/test')), { status: 'ok' });
  });

  test('the version is the program’s own', async () => {
    const { version } = ok(await nobody.get('/api/version'));
    assert.equal(await must('--version'), `astralfield ${version}\n`);
  });

  test('the served OpenAPI document is the one the command line writes', async () => {
    const reply = await nobody.get('/api/docs/openapi.json');
    assert.equal(reply.body.openapi, '3.1.0');
    assert.deepEqual(JSON.parse(await must('openapi')), reply.body);
  });

  test('the list of routes and the OpenAPI document name the same rows', async () => {
    const listed = JSON.parse(await must('routes', '--json'));
    const line = (row: { method: string; path: string; name: string; access: string }) =>
      `${row.method} ${row.path} ${row.name} ${row.access}`;
    assert.deepEqual(listed.map(line).sort(), api().rows.map(line).sort());
  });

  test('the manual is a page that loads nothing from other hosts', async () => {
    const page = await nobody.get('/api/docs');
    ok(page);
    const html = page.bytes.toString('utf8');
    for (const [, address = ''] of html.matchAll(/\b(?:src|href|action)="([^"]*)"/g)) {
      assert.match(address, /^[/#]/, address);
    }
    for (const row of api().rows) {
      assert(html.includes(row.path.replaceAll('&', '&amp;')), `${row.path} is in the manual`);
    }
    assert.match(String(page.headers['content-security-policy']), /script-src 'self'/);
    const style = /href="([^"]+\.css[^"]*)"/.exec(html)?.[1];
    assert(style, 'it has a style sheet');
    ok(await nobody.get(style));
  });
});

describe('the status page', () => {
  const keys = ['web', 'database', 'cache', 'live', 'feeds', 'backups'];

  test('the document says of each part how it is, and nothing that was not measured', async () => {
    await waitFor(async () => (await nobody.get('/api/status')).body.measuredAt !== null, 'the first look');
    const status = ok(await nobody.get('/api/status'));
    assert.deepEqual(
      status.components.map((part: { key: string }) => part.key),
      keys,
    );
    const words = new Map(status.components.map((part: { key: string; status: string }) => [part.key, part.status]));
    assert.equal(words.get('database'), 'operational');
    assert.equal(words.get('cache'), 'operational');
    assert.equal(words.get('feeds'), 'unknown', 'nothing asks the outside source');
    assert.equal(words.get('backups'), 'unknown', 'this database is not ours to back up');
    assert(status.ageSeconds >= 0 && status.ageSeconds < 60, `${status.ageSeconds}`);
    assert.equal(status.seenFrom, 'inside');
    for (const part of status.components) {
      assert.equal(part.days.length, 90, part.key);
      assert.equal(part.uptimePercent === null, part.days.every(([, all]: [number, number]) => all === 0));
    }
  });

  test('the page is small, needs no script, and loads its style from here', async () => {
    const page = await nobody.get('/status');
    ok(page);
    const html = page.bytes.toString('utf8');
    assert(page.bytes.length <= 20 * 1024, `${page.bytes.length} bytes`);
    assert(!/<script|javascript:| on[a-z]+=/i.test(html));
    const style = /rel=stylesheet href='([^']+)'/.exec(html)?.[1];
    assert(style, 'it has a style sheet');
    const css = await nobody.get(style);
    ok(css);
    assert(css.bytes.toString('utf8').includes('prefers-color-scheme:dark'));
    for (const name of ['Website and API', 'Database', 'Cache', 'Live updates', 'Football data', 'Backups']) {
      assert(html.includes(name), name);
    }
    /* Nothing of the inside: addresses, paths, names of machines or statements. */
    assert(!/127\.0\.0\.1|localhost|\/tmp\/|postgres|select /i.test(html));
  });

  test('an old session does not keep anybody from it', async () => {
    const reply = await nobody.get('/status', { headers: { Cookie: 'af_session=gone' } });
    assert.equal(reply.status, 200);
  });
});

describe('conditional requests', () => {
  test('a document that has not changed is not sent again', async () => {
    const first = await nobody.get('/api/docs/openapi.json');
    const etag = String(first.headers.etag);
    assert.match(etag, /^(W\/)?"[^"]+"$/);
    for (const value of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await nobody.get('/api/docs/openapi.json', { headers: { 'If-None-Match': value } });
      assert.equal(again.status, 304, value);
      assert.equal(again.headers.etag, etag);
    }
  });

  test('a document that has changed is sent', async () => {
    const reply = await nobody.get('/api/docs/openapi.json', { headers: { 'If-None-Match': '"old"' } });
    assert.equal(reply.status, 200);
  });

  test('HEAD answers as GET does, without the body', async () => {
    const whole = await nobody.get('/api/version');
    const head = await nobody.call('HEAD', '/api/version', undefined, {});
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
    assert.equal(head.headers['content-length'], String(whole.bytes.length));
    assert.equal(head.headers.etag, whole.headers.etag);
  });
});

describe('requests that cannot be answered', () => {
  test('an address without a row is not found', async () => {
    for (const path of ['/api', '/api/nothing', '/api/health/', '/api//health', '/api/leagues/12/nothing']) {
      refused(await nobody.get(path), 'not-found');
    }
  });

  test('another method is told which ones there are', async () => {
    const reply = await nobody.delete('/api/health');
    refused(reply, 'method-not-allowed');
    assert.equal(reply.headers.allow, 'GET, HEAD, OPTIONS');
    const options = await nobody.call('OPTIONS', '/api/auth/login', undefined, {});
    assert.equal(options.status, 204);
    assert.match(String(options.headers.allow), /\bPOST\b/);
  });

  test('a body that is not JSON is refused with the place', async () => {
    const broken = { raw: '{"email": "a@b.c",\n "password": }' };
    const problem = refused(await nobody.post('/api/auth/login', undefined, broken), 'bad-request');
    assert.match(problem.detail, /line 2/);
    for (const raw of ['', '[]', '"text"', 'null', '{"email":"a","email":"b"}', '{}x']) {
      const reply = await nobody.post('/api/auth/login', undefined, { raw });
      assert([400, 422].includes(reply.status), `${raw}: ${reply.status}`);
    }
    const deep = { raw: `{"email":${'['.repeat(100_0)}${']'.repeat(100_0)}}` };
    refused(await nobody.post('/api/auth/login', undefined, deep), 'bad-request');
    const binary = { raw: Buffer.from([0x22, 0xff, 0xfe, 0x22]) };
    refused(await nobody.post('/api/auth/login', undefined, binary), 'bad-request');
  });

  test('a body that is not called JSON is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
      const options = { headers: { 'Content-Type': type }, raw: '{}' };
      refused(await nobody.post('/api/auth/login', undefined, options), 'media-type');
    }
    const charset = { headers: { 'Content-Type': 'application/json; charset=utf-8' }, raw: '{}' };
    refused(await nobody.post('/api/auth/login', undefined, charset), 'invalid');
  });

  test('a body that is too long is refused before it is read', async () => {
    const long = { raw: `{"email":"${'x'.repeat(70_000)}"}` };
    refused(await nobody.post('/api/auth/login', undefined, long), 'too-large');
    const answer = await exchange(
      port,
      `POST /api/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`,
    );
    assert.equal(answer.status, 413);
  });

  test('unknown and unreadable query parameters are named', async () => {
    const problem = refused(await nobody.get('/api/leagues?saison=2024&season=soon'), 'invalid');
    assert.deepEqual(places(problem), ['query:saison', 'query:season']);
  });

  test('heads that two servers could read differently are refused', async () => {
    const get = 'GET /api/health/simple HTTP/1.1\r\n';
    const login = 'POST /api/auth/login HTTP/1.1\r\n';
    const bad: Record<string, [number, string]> = {
      'no host': [400, `${get}\r\n`],
      'two hosts': [400, `${get}${HOST}${HOST}\r\n`],
      'a folded line': [400, `${get}${HOST}X-A: b\r\n c\r\n\r\n`],
      'a blank before the colon': [400, `${get}${HOST}X-A : b\r\n\r\n`],
      'two lengths': [400, `${login}${HOST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
      'length and chunks': [
        400,
        `${login}${HOST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ],
      'an unknown coding': [400, `${login}${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
      'an absolute target': [400, `GET http://x/api/health HTTP/1.1\r\n${HOST}\r\n`],
      'half an escape': [400, `GET /api/%2 HTTP/1.1\r\n${HOST}\r\n`],
      'a NUL in the path': [400, `GET /api/%00 HTTP/1.1\r\n${HOST}\r\n`],
      'HTTP/2.0': [505, `GET / HTTP/2.0\r\n${HOST}\r\n`],
      'a target that does not end': [414, `GET /${'a'.repeat(9000)} HTTP/1.1\r\n${HOST}\r\n`],
      'a head that does not end': [431, `${get}${HOST}X-A: ${'b'.repeat(17_000)}\r\n\r\n`],
      'too many lines': [431, `${get}${HOST}${'X-A: b\r\n'.repeat(65)}\r\n`],
    };
    for (const [what, [status, text]] of Object.entries(bad)) {
      const answer = await exchange(port, text);
      assert.equal(answer.status, status, what);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json', what);
      assert.equal(answer.headers.get('connection'), 'close', what);
      assert.equal(JSON.parse(answer.body).status, status, what);
    }
  });

  test('pipelined requests are answered in their order', async () => {
    const raw = await Raw.open(port);
    const ids = Array.from({ length: 20 }, (_, i) => `pipeline-${i}`);
    raw.send(ids.map((id) => `GET /api/health HTTP/1.1\r\n${HOST}X-Request-Id: ${id}\r\n\r\n`).join(''));
    for (const id of ids) {
      const answer = await raw.reply();
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('x-request-id'), id);
    }
    raw.close();
  });

  test('a chunked body is read as one', async () => {
    const body = '5\r\n{"ema\r\n4;x=y\r\nil":\r\n3\r\n1}\n\r\n0\r\n\r\n';
    const answer = await exchange(
      port,
      `POST /api/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
    );
    assert.equal(answer.status, 422);
    assert.deepEqual(places(JSON.parse(answer.body)), ['/email', '/password']);
  });

  test('a harmless request id comes back, another is replaced', async () => {
    const given = 'trace-0123456789.abc_DEF';
    const reply = await nobody.get('/api/health', { headers: { 'X-Request-Id': given } });
    assert.equal(reply.headers['x-request-id'], given);
    const problem = refused(
      await nobody.get('/api/nothing', { headers: { 'X-Request-Id': given } }),
      'not-found',
    );
    assert.equal(problem.requestId, given);
    for (const bad of ['short', 'has blank inside', 'x'.repeat(65), 'semi;colon"quote']) {
      const other = await nobody.get('/api/health', { headers: { 'X-Request-Id': bad } });
      assert.match(String(other.headers['x-request-id']), /^[0-9a-f]{16}$/);
    }
  });
});

describe('the web client’s files', () => {
  test('the page is served for every address of its router and for nothing else', async () => {
    for (const path of ['/', '/leagues/12', '/sign-in', '/teams/3/lineup?week=2']) {
      const reply = await nobody.get(path);
      assert.equal(reply.status, 200, path);
      assert.equal(reply.bytes.toString('utf8'), INDEX, path);
      assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8');
      assert.equal(reply.headers['cache-control'], 'no-cache');
    }
    for (const path of ['/assets/gone-123.js', '/missing.png', '/.env', '/.git/config', '/api']) {
      refused(await nobody.get(path), 'not-found');
    }
  });

  test('files that carry their hash in the name are kept for ever', async () => {
    const reply = await nobody.get('/assets/app-1a2b3c.js');
    assert.equal(reply.bytes.toString('utf8'), SCRIPT);
    assert.match(String(reply.headers['content-type']), /^text\/javascript/);
    assert.equal(reply.headers['cache-control'], 'public, max-age=31536000, immutable');
    const robots = await nobody.get('/robots.txt');
    assert.equal(robots.headers['cache-control'], 'no-cache');
    assert.equal(robots.headers.vary, undefined);
  });

  test('brotli comes first, then gzip, and the weights of the client count', async () => {
    const expected: [string, string | undefined][] = [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0.5, gzip;q=0.9', 'gzip'],
      ['br;q=0, gzip;q=0', undefined],
      ['identity', undefined],
      ['*', 'br'],
      ['*;q=0', undefined],
    ];
    const tags = new Set<string>();
    for (const [accept, encoding] of expected) {
      const reply = await nobody.get('/assets/app-1a2b3c.js', { headers: { 'Accept-Encoding': accept } });
      assert.equal(reply.headers['content-encoding'], encoding, accept);
      assert.equal(reply.headers.vary, 'Accept-Encoding', accept);
      const plain =
        encoding === 'br'
          ? brotliDecompressSync(reply.bytes)
          : encoding === 'gzip'
            ? gunzipSync(reply.bytes)
            : reply.bytes;
      assert.equal(plain.toString('utf8'), SCRIPT, accept);
      tags.add(String(reply.headers.etag));
    }
    assert.equal(tags.size, 3, 'each form has a tag of its own');
  });

  test('a file that has not changed is not sent again', async () => {
    const etag = String((await nobody.get('/')).headers.etag);
    const again = await nobody.get('/', { headers: { 'If-None-Match': etag } });
    assert.equal(again.status, 304);
    assert.equal(again.bytes.length, 0);
  });

  test('no way leads out of the folder', async () => {
    const paths = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
      '//secret.txt',
    ];
    for (const path of paths) {
      const answer = await exchange(port, `GET ${path} HTTP/1.1\r\n${HOST}\r\n`);
      assert(!answer.body.includes('not for the web'), path);
      assert([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    }
  });

  test('pages get the strict policy of pages', async () => {
    const policy = String((await nobody.get('/')).headers['content-security-policy']);
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "connect-src 'self'",
    ]) {
      assert(policy.includes(part), part);
    }
    assert(!/unsafe|\*|http/.test(policy), policy);
  });
});

describe('when something is missing', () => {
  test('a stop answers what is in flight first', async () => {
    const server = await Server.start('stopping', { TRUST_PROXY: 'on' });
    const client = new Client(server.url);
    /* A registration takes the heavy lane a while. */
    const slow = client.post('/api/auth/register', {
      email: emailOf('inflight'),
      password: PASSWORD,
      displayName: 'In flight',
    });
    const started = () => client.get('/api/health/simple').then(() => true);
    await waitFor(started, 'the server answers');
    server.signal('SIGTERM');
    const reply = await slow;
    ok(reply);
    assert.equal(await server.ended(), 0);
    assert.deepEqual(server.complaints(), []);
  });

  test('without Redis people stay signed in, new ones sign in, and health says degraded', async () => {
    const ada = await person('NoRedis');
    const redis = await startRedis('lonely');
    const server = await Server.start('redisless', { TRUST_PROXY: 'on', REDIS_URL: redis.url });
    const client = new Client(server.url);
    for (const [name, value] of ada.client.cookies) {
      client.cookies.set(name, value);
    }
    ok(await client.get('/api/auth/me'));
    const isWell = async () => ok(await client.get('/api/health')).status === 'ok';
    await waitFor(isWell, 'health says ok');
    await redis.stop();
    await waitFor(async () => {
      const health = ok(await client.get('/api/health'));
      return health.status === 'degraded' && health.checks.cache === 'unreachable';
    }, 'health says that the cache is gone');
    ok(await client.get('/api/auth/me'));
    const fresh = new Client(server.url);
    ok(await fresh.post('/api/auth/login', { email: ada.email, password: PASSWORD }));
    ok(await fresh.get('/api/auth/me'));
    await server.stop();
    assert.deepEqual(server.complaints(), []);
  });

  test('without a database the server answers 503 and says when to come back', async () => {
    const server = await Server.start('databaseless', { DATABASE_URL: 'host=/nonexistent dbname=none' });
    const client = new Client(server.url);
    const health = await client.get('/api/health', { mayFail: true });
    assert.equal(health.status, 503);
    ok(await client.get('/api/health/simple'));
    const reply = await client.get('/api/leagues', { mayFail: true });
    refused(reply, 'unavailable');
    assert(Number(reply.headers['retry-after']) > 0);
    await server.stop();
    assert.deepEqual(server.complaints(), []);
  });

  test('a server whose port is taken says so and leaves', async () => {
    await assert.rejects(Server.start('second', { PORT: String(port) }), /did not start/);
  });

  test('a session is looked up anew by a server that has just started', async () => {
    const ada = await register('Restart');
    const server = await Server.start('restarted', { TRUST_PROXY: 'on' });
    const client = new Client(server.url);
    for (const [name, value] of ada.client.cookies) {
      client.cookies.set(name, value);
    }
    assert.equal(ok(await client.get('/api/auth/me')).id, ada.id);
    await server.stop();
  });
});
