/* What is on the wire: security headers as a set, origins of sockets, requests that mean two things. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, ok, refused } from './lib/client.js';
import { person } from './lib/people.js';
import { Raw } from './lib/raw.js';

const nobody = new Client();
const port = Number(new URL(nobody.url).port);
const HOST = `127.0.0.1:${port}`;

/* The set that was decided for every answer behind TLS; pages also hold scripts to Trusted Types. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const SET: Record<string, string> = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
};

describe('security headers', () => {
  test('the front page, the sign-in page and the API send exactly the set', async () => {
    for (const [path, csp] of [
      ['/', `${CSP}; require-trusted-types-for 'script'`],
      ['/sign-in', `${CSP}; require-trusted-types-for 'script'`],
      ['/api/auth/session', CSP],
    ] as const) {
      const { headers } = await nobody.get(path);
      assert.equal(headers['content-security-policy'], csp, path);
      for (const [name, value] of Object.entries(SET)) {
        assert.equal(headers[name], value, `${path}: ${name}`);
      }
      for (const name of ['server', 'x-powered-by', 'access-control-allow-origin']) {
        assert.equal(headers[name], undefined, `${path}: ${name}`);
      }
    }
  });

  test('every cookie is __Host-, Secure, HttpOnly and SameSite', async () => {
    const ada = await person('Cookies');
    const replies = [
      await new Client().post('/api/auth/login', { email: ada.email, password: 'correct horse battery' }),
      await ada.client.post('/api/auth/logout'),
    ];
    for (const reply of replies) {
      ok(reply);
      assert(reply.headers['set-cookie'], reply.asked);
      for (const line of reply.headers['set-cookie']) {
        assert.match(line, /^__Host-af_\w+=/);
        const flags = line.split('; ');
        for (const flag of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) {
          assert(flags.includes(flag), line);
        }
        assert(!/domain=/i.test(line), line);
      }
      assert.equal(reply.headers['cache-control'], 'no-store');
    }
  });

  test('TRACE and CONNECT are answered by nobody', async () => {
    for (const method of ['TRACE', 'TRACK', 'CONNECT']) {
      const raw = await Raw.open(port);
      raw.send(`${method} / HTTP/1.1\r\nHost: ${HOST}\r\nX-Secret: 1\r\nConnection: close\r\n\r\n`);
      const text = await raw.closed();
      assert.match(text, /^HTTP\/1\.1 (400|404|405|501)/, method);
      assert(!text.includes('X-Secret'), method);
    }
  });
});

describe('origins of sockets', () => {
  const good = `https://${HOST}`;
  const BAD = [
    `http://${HOST}`,
    `https://127.0.0.1`,
    `https://127.0.0.1:${port + 1}`,
    `https://${HOST}.evil.example`,
    `https://evil.example`,
    `https://evil.example:${port}`,
    `https://evil.example/${HOST}`,
    `https://evil.example#${HOST}`,
    `https://evil.example@${HOST}`,
    `https://${HOST}@evil.example`,
    `https://${HOST}/`,
    `https://${HOST}/path`,
    `https://${HOST} https://evil.example`,
    `https://localhost:${port}`,
    `wss://${HOST}`,
    `//${HOST}`,
    HOST,
    'null',
    'file://',
    'about:blank',
    `https://x${HOST}`,
    '',
  ];

  const knock = async (origin: string, key = 'dGhlIHNhbXBsZSBub25jZQ=='): Promise<number> => {
    const raw = await Raw.open(port);
    raw.send(
      `GET /api/socket HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nOrigin: ${origin}\r\n\r\n`,
    );
    const { status } = await raw.reply();
    raw.close();
    return status;
  };

  test('only the exact one of this host opens a socket', async () => {
    assert(BAD.length >= 20);
    assert.equal(await knock(good), 101);
    for (const origin of BAD) {
      assert.equal(await knock(origin), 403, `Origin: ${origin}`);
    }
  });

  test('the key "test" is for the probe by hand alone, which has no Origin', async () => {
    assert.equal(await knock(good, 'test'), 400);
  });
});

/* ---- requests that mean two things (RFC 9112, 6.3 and 11.2) ---- */

const POST = `POST /api/auth/login HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\n`;
const HIDDEN = 'GET /api/version HTTP/1.1\r\nX: y';
const ZERO = '0\r\n\r\n';
const withBoth = (line: string): string => `${POST}Content-Length: 4\r\n${line}\r\n\r\n${ZERO}${HIDDEN}`;
const codings = [
  'chunked, identity',
  'identity, chunked',
  'chunked, chunked',
  'xchunked',
  'chunkedx',
  'chunk',
  '"chunked"',
  "'chunked'",
  'chunked;q=1',
  'gzip, chunked',
  'gzip',
  'identity',
  'deflate',
  'chunked,',
  ',chunked',
  'chunked, gzip',
  'cow',
  'chunked cow',
  '\u000bchunked',
  'chunked\u000b',
  'chunked\u0000',
  'ch\u0000unked',
];
const names = [
  'Transfer-Encoding ',
  'Transfer-Encoding\t',
  ' Transfer-Encoding',
  'Transfer Encoding',
  'Transfer-Encoding\u000b',
  'Transfer-Encoding\u0000',
  'Transfer-Enco\u0000ding',
  'Transfer-Encoding\r',
  '\u00a0Transfer-Encoding',
];
const lengths = ['+4', '-4', '0x4', '4 4', '4,4', '4, 5', '4;', '4.0', '4e0', '', ' ', 'four', '4\u0000', '٤', '1_0', '99999999999999999999'];
const sizes = ['0x4', '+4', '-4', ' 4', '4 ', '4\t', 'g', '', '4_0', '0x', 'FFFFFFFFFFFFFFFFF', '4\u0000', '٤'];

const VARIANTS: Record<string, string> = {
  ...Object.fromEntries(codings.map((coding) => [`length and ${JSON.stringify(coding)}`, withBoth(`Transfer-Encoding: ${coding}`)])),
  ...Object.fromEntries(codings.map((coding) => [`coding ${JSON.stringify(coding)}`, `${POST}Transfer-Encoding: ${coding}\r\n\r\n${ZERO}${HIDDEN}`])),
  ...Object.fromEntries(names.map((name) => [`name ${JSON.stringify(name)}`, withBoth(`${name}: chunked`)])),
  ...Object.fromEntries(lengths.map((length) => [`length ${JSON.stringify(length)}`, `${POST}Content-Length: ${length}\r\n\r\n{}xx${HIDDEN}`])),
  ...Object.fromEntries(
    sizes.map((size) => [`chunk size ${JSON.stringify(size)}`, `${POST}Transfer-Encoding: chunked\r\n\r\n${size}\r\n{}xx\r\n${ZERO}${HIDDEN}`]),
  ),
  'length and chunked': withBoth('Transfer-Encoding: chunked'),
  'chunked and length': `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${ZERO}${HIDDEN}`,
  'chunked twice': `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${ZERO}${HIDDEN}`,
  'chunked and cow': `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n${ZERO}${HIDDEN}`,
  'cow and chunked': `${POST}Transfer-Encoding: cow\r\nTransfer-Encoding: chunked\r\n\r\n${ZERO}${HIDDEN}`,
  'two lengths': `${POST}Content-Length: 4\r\nContent-Length: 5\r\n\r\n{}xxx${HIDDEN}`,
  'two equal lengths': `${POST}Content-Length: 4\r\nContent-Length: 4\r\n\r\n{}xx${HIDDEN}`,
  'a folded coding': withBoth('Transfer-Encoding:\r\n chunked'),
  'a folded length': `${POST}Content-Length:\r\n 4\r\n\r\n{}xx${HIDDEN}`,
  'a folded header': `${POST}X-A: b\r\n\tc\r\nContent-Length: 4\r\n\r\n{}xx${HIDDEN}`,
  'a first line that is folded': `POST /api/auth/login HTTP/1.1\r\n Host: ${HOST}\r\nContent-Length: 0\r\n\r\n`,
  'bare line feeds': `${POST}Content-Length: 4\r\n\r\n{}xx`.replaceAll('\r\n', '\n'),
  'one bare line feed': `POST /api/auth/login HTTP/1.1\nHost: ${HOST}\r\nContent-Length: 4\r\n\r\n{}xx`,
  'a bare line feed before a header': `${POST}X-A: b\nTransfer-Encoding: chunked\r\n\r\n${ZERO}${HIDDEN}`,
  'a bare line feed at the end': `${POST}Content-Length: 4\r\n\n{}xx`,
  'a bare return in a value': `${POST}X-A: b\rContent-Length: 4\r\n\r\n{}xx`,
  'a bare return before a header': `${POST}\rContent-Length: 4\r\n\r\n{}xx`,
  'a zero byte in a value': `${POST}X-A: b\u0000c\r\nContent-Length: 4\r\n\r\n{}xx`,
  'a zero byte in a name': `${POST}X-\u0000A: b\r\nContent-Length: 4\r\n\r\n{}xx`,
  'a header without a name': `${POST}: nothing\r\nContent-Length: 4\r\n\r\n{}xx`,
  'a header without a colon': `${POST}nothing\r\nContent-Length: 4\r\n\r\n{}xx`,
  'a chunk that is too short': `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\n{}xx\r\n${ZERO}${HIDDEN}`,
  'a chunk that is too long': `${POST}Transfer-Encoding: chunked\r\n\r\n3\r\n{}xx\r\n${ZERO}${HIDDEN}`,
  'a chunk without its end': `${POST}Transfer-Encoding: chunked\r\n\r\n4\r\n{}xx${ZERO}${HIDDEN}`,
  'a chunk that ends with a line feed': `${POST}Transfer-Encoding: chunked\r\n\r\n4\r\n{}xx\n${ZERO}${HIDDEN}`,
  'a chunk size that ends with a line feed': `${POST}Transfer-Encoding: chunked\r\n\r\n4\n{}xx\r\n${ZERO}${HIDDEN}`,
  'a chunk extension with a line feed': `${POST}Transfer-Encoding: chunked\r\n\r\n4;a\nb\r\n{}xx\r\n${ZERO}${HIDDEN}`,
  'a chunk extension with a return': `${POST}Transfer-Encoding: chunked\r\n\r\n4;a\rb\r\n{}xx\r\n${ZERO}${HIDDEN}`,
  'a last chunk with a line feed': `${POST}Transfer-Encoding: chunked\r\n\r\n4\r\n{}xx\r\n0\n\n${HIDDEN}`,
  'chunked in HTTP/1.0': `${POST.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n${ZERO}${HIDDEN}`,
  'two hosts': `GET /api/version HTTP/1.1\r\nHost: ${HOST}\r\nHost: evil.example\r\n\r\n`,
  'no host': 'GET /api/version HTTP/1.1\r\n\r\n',
  'a host with a path': `GET /api/version HTTP/1.1\r\nHost: ${HOST}/x\r\n\r\n`,
  'a host with a name before it': `GET /api/version HTTP/1.1\r\nHost: a@${HOST}\r\n\r\n`,
  'two blanks in the first line': `GET  /api/version HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
  'a tab in the first line': `GET\t/api/version HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
  'a version of one digit': `GET /api/version HTTP/1\r\nHost: ${HOST}\r\n\r\n`,
  'a version to come': `GET /api/version HTTP/1.2\r\nHost: ${HOST}\r\n\r\n`,
  'HTTP/2 in the clear': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a line break in the path': `GET /api/ver\rsion HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
  'a zero byte in the path': `GET /api/version\u0000 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
};

describe('requests that mean two things', () => {
  test('each is refused and the connection closed, and nothing behind it is answered', async (context) => {
    const taken: string[] = [];
    for (const [name, bytes] of Object.entries(VARIANTS)) {
      const raw = await Raw.open(port);
      raw.send(Buffer.from(bytes, 'utf8').toString('latin1'));
      const text = await raw.closed().catch((reason: Error) => `left open: ${reason.message}`);
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
      if (statuses.length !== 1 || (statuses[0] ?? 0) < 400 || (statuses[0] ?? 0) > 505 || /"version"/.test(text)) {
        taken.push(`${name}: ${statuses.join(' ') || text.slice(0, 80)}`);
      }
      raw.close();
    }
    context.diagnostic(`${Object.keys(VARIANTS).length} variants`);
    assert.deepEqual(taken, []);
    assert(Object.keys(VARIANTS).length >= 100);
  });

  test('a plain request is still answered', async () => {
    refused(await nobody.post('/api/auth/login', { email: 'a@b.c', password: 'x' }), 'wrong-credentials');
  });
});
