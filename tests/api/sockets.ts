import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import WebSocket from 'ws';
import { Client, type Json, ok, refused } from './lib/client.js';
import { must } from './lib/harness.js';
import { fullLeague, makeLeague, SMALL, smallLeague } from './lib/leagues.js';
import { person, register, signIn } from './lib/people.js';
import { exchange } from './lib/raw.js';
import { Live } from './lib/socket.js';

const nobody = new Client();
const port = Number(new URL(nobody.url).port);

function seqs(messages: Json[]): number[] {
  return messages.map((message) => message.seq);
}

/** Makes `count` events in the league. */
async function rename(client: Client, leagueId: number, count: number, name = 'Renamed'): Promise<void> {
  for (let i = 0; i < count; i++) {
    ok(await client.patch(`/api/leagues/${leagueId}`, { name: `${name} ${i}` }));
  }
}

describe('opening a socket', () => {
  test('a handshake is answered with the key’s digest and the protocol', async () => {
    const answer = await exchange(
      port,
      `GET /api/socket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
        'Sec-WebSocket-Protocol: chat, astralfield.1\r\n\r\n',
    );
    assert.equal(answer.status, 101);
    assert.equal(answer.headers.get('sec-websocket-accept'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    assert.equal(answer.headers.get('sec-websocket-protocol'), 'astralfield.1');
  });

  test('the usual probe by hand with the key "test" is answered', async () => {
    const answer = await exchange(
      port,
      `GET /api/socket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: test\r\n\r\n',
    );
    assert.equal(answer.status, 101);
  });

  test('a request that is no handshake is told what this address speaks', async () => {
    const reply = await nobody.get('/api/socket');
    refused(reply, 'upgrade-required');
    assert.equal(reply.headers.upgrade, 'websocket');
    const handshake = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const old = await nobody.get('/api/socket', { headers: { ...handshake, 'Sec-WebSocket-Version': '8' } });
    refused(old, 'upgrade-required');
    assert.equal(old.headers['sec-websocket-version'], '13');
    const short = { ...handshake, 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'short' };
    refused(await nobody.get('/api/socket', { headers: short }), 'bad-request');
  });

  test('a page of another site gets no socket', async () => {
    const handshake = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      Origin: 'https://evil.example',
    };
    refused(await nobody.get('/api/socket', { headers: handshake }), 'forbidden');
    const own = await Live.open(nobody, { origin: `https://127.0.0.1:${port}` });
    own.close();
  });
});

describe('what a socket may say', () => {
  test('a ping is answered with its number', async () => {
    const live = await Live.open(nobody);
    live.send({ ping: 7 });
    assert.deepEqual(await live.next(), { pong: 7 });
    live.close();
    assert.equal((await live.gone()).code, 1005);
  });

  test('what is not understood is answered with a problem, and the socket stays', async () => {
    const live = await Live.open(nobody);
    for (const message of [
      '',
      'hello',
      '[]',
      '{}',
      '{"subscribe":12}',
      '{"ping":"7"}',
      '{"ping":1,"ping":2}',
    ]) {
      live.send(message);
      const { error } = await live.next();
      assert.equal(error?.type, '/problems/bad-request', message);
      assert.equal(error.status, 400);
    }
    await live.settle();
    live.close();
  });

  test('a stream that does not exist is refused', async () => {
    const live = await Live.open(nobody);
    for (const stream of ['league:999999999', 'league:x', 'league:-1', 'league:', 'weather', '']) {
      const answer = await live.subscribe(stream);
      assert.equal(answer.error?.type, '/problems/not-found', stream);
    }
    live.close();
  });

  test('binary messages, long messages and bytes that are no UTF-8 end the socket with their codes', async () => {
    const binary = await Live.open(nobody);
    binary.ws.send(Buffer.from([1, 2, 3]));
    assert.equal((await binary.gone()).code, 1003);
    const long = await Live.open(nobody);
    long.send(JSON.stringify({ subscribe: 'x'.repeat(17_000) }));
    assert.equal((await long.gone()).code, 1009);
    const broken = await Live.open(nobody);
    broken.ws.send(Buffer.from([0xc3, 0x28]), { binary: false });
    assert.equal((await broken.gone()).code, 1007);
  });

  test('too many messages end the socket', async () => {
    const live = await Live.open(nobody);
    for (let i = 0; i < 200 && live.closed === undefined; i++) {
      live.send({ ping: i });
    }
    assert.equal((await live.gone()).code, 1008);
  });

  test('protocol pings are answered', async () => {
    const live = await Live.open(nobody);
    const answered = new Promise<string>((resolve) => live.ws.once('pong', (data) => resolve(String(data))));
    live.ws.ping('are you there');
    assert.equal(await answered, 'are you there');
    live.close();
  });
});

describe('listening to a league', () => {
  test('events arrive once, in the order of the ledger, as the activity feed tells them', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { name: 'Heard' });
    const live = await Live.open(ada.client);
    const { subscribed } = await live.subscribe(`league:${league.id}`);
    await rename(ada.client, league.id, 10);
    const last = await live.next((message) => message.seq === subscribed + 10);
    assert.equal(last.stream, `league:${league.id}`);
    assert.equal(last.event.kind, 'league.renamed');
    assert.deepEqual(
      seqs(live.events()),
      Array.from({ length: 10 }, (_, i) => subscribed + 1 + i),
    );
    const { events } = ok(
      await ada.client.get(`/api/leagues/${league.id}/activity`, { query: { limit: 10 } }),
    );
    assert.deepEqual(seqs(events), seqs(live.events()).reverse());
    live.close();
  });

  test('who has a number gets what came after it, then what comes', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { name: 'Resumed' });
    await rename(ada.client, league.id, 5);
    const { seq } = ok(await ada.client.get(`/api/leagues/${league.id}`));
    const live = await Live.open(ada.client);
    const { history, ...confirmed } = await live.subscribe(`league:${league.id}`, seq - 3);
    assert.deepEqual(confirmed, { stream: `league:${league.id}`, subscribed: seq });
    assert.match(history, /^[0-9a-f]+-[0-9A-F]{8}$/);
    await rename(ada.client, league.id, 1, 'Later');
    await live.next((message) => message.seq === seq + 1);
    assert.deepEqual(seqs(live.events()), [seq - 2, seq - 1, seq, seq + 1]);
    live.close();
  });

  test('after a lost connection nothing is missing and nothing comes twice', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { name: 'Lost and found' });
    const first = await Live.open(ada.client);
    const { subscribed } = await first.subscribe(`league:${league.id}`);
    await rename(ada.client, league.id, 3, 'Before');
    await first.next((message) => message.seq === subscribed + 2);
    first.ws.terminate();
    const had = seqs(first.events());
    await rename(ada.client, league.id, 4, 'Meanwhile');
    const second = await Live.open(ada.client);
    await second.subscribe(`league:${league.id}`, had.at(-1));
    await rename(ada.client, league.id, 2, 'After');
    await second.next((message) => message.seq === subscribed + 9);
    const all = [...had, ...seqs(second.events())];
    assert.deepEqual(
      all,
      Array.from({ length: 9 }, (_, i) => subscribed + 1 + i),
    );
    second.close();
  });

  test('who is too far behind, or ahead, is told where to start anew', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { name: 'Far' });
    const live = await Live.open(ada.client);
    const { seq } = ok(await ada.client.get(`/api/leagues/${league.id}`));
    const { history, ...ahead } = await live.subscribe(`league:${league.id}`, seq + 1);
    assert.deepEqual(ahead, { stream: `league:${league.id}`, reset: seq });
    await rename(ada.client, league.id, 501);
    const behind = await Live.open(ada.client);
    assert.deepEqual(await behind.subscribe(`league:${league.id}`, seq, history), {
      stream: `league:${league.id}`,
      reset: seq + 501,
      history,
    });
    await rename(ada.client, league.id, 1, 'Last');
    await behind.next((message) => message.seq === seq + 502);
    live.close();
    behind.close();
  });

  test('a number from before a restore is not taken for one of now', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { name: 'Restored' });
    const stream = `league:${league.id}`;
    const live = await Live.open(ada.client);
    const { subscribed, history } = await live.subscribe(stream);
    assert.deepEqual(await live.subscribe(stream, subscribed, history), { stream, subscribed, history });
    const older = history.replace(/.{8}$/, '00000000');
    assert.deepEqual(await live.subscribe(stream, subscribed, older), { stream, reset: subscribed, history });
    live.close();
  });

  test('two streams do not mix, and an unsubscribed one is silent', async () => {
    const ada = await person('Ada');
    const one = await makeLeague(ada.client, { name: 'One' });
    const two = await makeLeague(ada.client, { name: 'Two' });
    const live = await Live.open(ada.client);
    await live.subscribe(`league:${one.id}`);
    await live.subscribe(`league:${two.id}`);
    await rename(ada.client, one.id, 1);
    await live.next((message) => message.stream === `league:${one.id}` && message.event);
    live.send({ unsubscribe: `league:${one.id}` });
    await live.settle();
    await rename(ada.client, one.id, 1, 'Unheard');
    await rename(ada.client, two.id, 1);
    await live.next((message) => message.stream === `league:${two.id}` && message.event);
    assert.equal(live.events().length, 2);
    live.close();
  });

  test('a private league is a league that does not exist for others', async () => {
    const ada = await person('Ada');
    const eve = await person('Eve');
    const league = await makeLeague(ada.client, { name: 'Private' });
    for (const client of [nobody, eve.client]) {
      const live = await Live.open(client);
      const secret = (await live.subscribe(`league:${league.id}`, 0)).error;
      const nothing = (await live.subscribe('league:999999999', 0)).error;
      assert.deepEqual(secret, nothing);
      await rename(ada.client, league.id, 1, `Secret ${live.messages.length}`);
      await live.settle();
      assert.deepEqual(live.events(), []);
      live.close();
    }
  });

  test('who is no member of a public league gets every number, and of the events the public ones', async () => {
    const league = await smallLeague({ name: 'Watched', settings: { visibility: 'public' } });
    const live = await Live.open(nobody);
    const { subscribed } = await live.subscribe(`league:${league.id}`, 0);
    assert(subscribed > 0);
    await must('season', 'play', '--league', String(league.id));
    const { seq } = ok(await nobody.get(`/api/leagues/${league.id}`));
    await live.next((message) => message.seq === seq);
    assert.deepEqual(
      seqs(live.numbered()),
      Array.from({ length: seq }, (_, i) => i + 1),
    );
    const heard = live.events().map((message) => message.event.kind);
    assert(heard.includes('league.champion'), heard.join(' '));
    const { events } = ok(await nobody.get(`/api/leagues/${league.id}/activity`, { query: { limit: 100 } }));
    assert.deepEqual(
      heard.reverse(),
      events.map((event: Json) => event.kind),
      'as the feed tells a stranger',
    );
    live.close();
  });

  test('an invitation is the commissioner’s affair: others get its number only', async () => {
    const league = await fullLeague(['Ada', 'Bob', 'Cyd', 'Dan'], { settings: SMALL });
    const bob = await person('Bob');
    const live = await Live.open(bob.client);
    const { subscribed } = await live.subscribe(`league:${league.id}`);
    ok(await league.commissioner.client.post(`/api/leagues/${league.id}/invites`, { role: 'viewer' }));
    const told = await live.next((message) => message.seq === subscribed + 1);
    assert.deepEqual(told, { stream: `league:${league.id}`, seq: subscribed + 1, event: null });
    live.close();
  });

  test('the stream of the NFL is open to everybody', async () => {
    const live = await Live.open(nobody);
    const answer = await live.subscribe('nfl');
    assert.equal(typeof answer.subscribed, 'number');
    live.close();
  });

  test('signing out closes the sockets of that session', async () => {
    const ada = await register('SocketLeaver');
    const phone = await signIn(ada.email);
    const live = await Live.open(ada.client);
    await live.settle();
    ok(await ada.client.post('/api/auth/logout'));
    await live.gone();
    ok(await phone.get('/api/auth/me'));
  });

  test('many sockets all get the same events', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { name: 'Crowd' });
    const crowd = await Promise.all(Array.from({ length: 50 }, () => Live.open(ada.client)));
    await Promise.all(crowd.map((live) => live.subscribe(`league:${league.id}`)));
    await rename(ada.client, league.id, 5);
    const { seq } = ok(await ada.client.get(`/api/leagues/${league.id}`));
    await Promise.all(crowd.map((live) => live.next((message) => message.seq === seq)));
    for (const live of crowd) {
      assert.deepEqual(seqs(live.events()), [seq - 4, seq - 3, seq - 2, seq - 1, seq]);
      assert.equal(live.ws.readyState, WebSocket.OPEN);
      live.close();
    }
  });
});
