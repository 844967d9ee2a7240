import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Client, type Json, ok, places, refused } from './lib/client.js';
import { type FullLeague, playWeek, readLeague, setClock, smallLeague } from './lib/leagues.js';
import { person } from './lib/people.js';

interface Side {
  league: FullLeague;
  teamId: number;
  client: Client;
}

async function side(wish = {}): Promise<Side> {
  const league = await smallLeague(wish);
  const [[teamId, owner] = assert.fail()] = league.owners;
  return { league, teamId, client: owner.client };
}

function read({ client, teamId }: Side, week?: number): Promise<Json> {
  return client.get(`/api/teams/${teamId}/lineup`, { query: { week } }).then(ok);
}

function set({ client, teamId }: Side, slots: Json[], options: Json = {}) {
  const { headers, ...body } = options;
  return client.put(
    `/api/teams/${teamId}/lineup`,
    { slots, ...body },
    headers === undefined ? {} : { headers },
  );
}

/** Everybody of the team, wherever he stands. */
function everybody(lineup: Json): Json[] {
  const starters = lineup.slots.map((slot: Json) => slot.player).filter((each: Json) => each !== null);
  return [...starters, ...lineup.bench, ...lineup.ir];
}

function at(lineup: Json, slot: string): Json {
  return lineup.slots.find((each: Json) => each.slot === slot);
}

/** One whose place another takes: a bench player who fits the slot. */
function substitute(lineup: Json): { slot: Json; player: Json } {
  for (const slot of lineup.slots) {
    const player = lineup.bench.find((each: Json) => slot.eligible.includes(each.player.position));
    if (player !== undefined) {
      return { slot, player };
    }
  }
  return assert.fail('somebody on the bench fits somewhere');
}

describe('lineups', () => {
  test('the document names every place, who may have it and when he locks', async () => {
    const home = await side();
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    const lineup = await read(home);
    assert.deepEqual(
      lineup.slots.map((slot: Json) => [slot.slot, slot.ordinal]),
      [
        ['QB', 1],
        ['RB', 1],
        ['WR', 1],
        ['FLEX', 1],
      ],
    );
    assert.deepEqual(at(lineup, 'FLEX').eligible.sort(), ['RB', 'TE', 'WR']);
    assert.equal(everybody(lineup).length, 7);
    for (const each of everybody(lineup)) {
      assert.equal(each.isLocked, false);
      assert.equal(each.points, null);
      assert.equal(each.locksAt, each.game?.kickoff ?? null);
    }
    for (const slot of lineup.slots) {
      assert(slot.player === null || slot.eligible.includes(slot.player.player.position));
    }
  });

  test('who is put in starts, who was there sits, and places that are not named stay', async () => {
    const home = await side();
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    const before = await read(home);
    const { slot, player } = substitute(before);
    const after = ok(
      await set(home, [{ slot: slot.slot, ordinal: slot.ordinal, playerId: player.player.id }]),
    );
    assert.equal(at(after, slot.slot).player.player.id, player.player.id);
    assert(after.bench.some((each: Json) => each.player.id === slot.player.player.id));
    for (const each of before.slots.filter((other: Json) => other.slot !== slot.slot)) {
      assert.equal(at(after, each.slot).player?.player.id, each.player?.player.id);
    }
    assert.deepEqual(await read(home), { ...after, now: (await read(home)).now });
    const nobody = [{ slot: slot.slot, ordinal: slot.ordinal, playerId: null }];
    refused(await set(home, nobody), 'lineup'); /* the bench is full */
    const dropPlayerId = after.bench[0].player.id;
    ok(await home.client.post(`/api/teams/${home.teamId}/moves`, { dropPlayerId }));
    assert.equal(at(ok(await set(home, nobody)), slot.slot).player, null);
  });

  test('the optimal lineup is the best by projections, and nobody stands twice', async () => {
    const home = await side();
    const lineup = ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    const pool = everybody(lineup);
    const worth = (each: Json) => each.projected ?? 0;
    /* Brute force over the four places. */
    const best = (slots: Json[], used: Set<number>): number => {
      const [slot, ...rest] = slots;
      if (slot === undefined) {
        return 0;
      }
      const sums = pool
        .filter((each) => !used.has(each.player.id) && slot.eligible.includes(each.player.position))
        .map((each) => worth(each) + best(rest, new Set([...used, each.player.id])));
      return Math.max(best(rest, used), ...sums);
    };
    const sum = lineup.slots.reduce(
      (total: number, slot: Json) => total + (slot.player ? worth(slot.player) : 0),
      0,
    );
    assert(Math.abs(sum - best(lineup.slots, new Set())) < 0.005, `${sum} is the best`);
    assert.equal(new Set(pool.map((each) => each.player.id)).size, 7);
  });

  test('a lineup that somebody changed meanwhile is not overwritten', async () => {
    const home = await side();
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    const seen = await read(home);
    const { slot, player } = substitute(seen);
    const change = [{ slot: slot.slot, ordinal: slot.ordinal, playerId: player.player.id }];
    const back = [{ slot: slot.slot, ordinal: slot.ordinal, playerId: slot.player.player.id }];
    const condition = { headers: { 'If-Match': `"${seen.etag}"` } };
    const changed = ok(await set(home, change, condition));
    assert.notEqual(changed.etag, seen.etag);
    refused(await set(home, back, condition), 'stale');
    ok(await set(home, back, { headers: { 'If-Match': `"${changed.etag}"` } }));
    ok(await set(home, change, { headers: { 'If-Match': '*' } }));
  });

  test('every fault is named at its place, and then nothing changes', async () => {
    const home = await side();
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    const before = await read(home);
    const other = [...home.league.owners.keys()][1];
    const theirs = everybody(ok(await home.client.get(`/api/teams/${other}/lineup`)))[0].player.id;
    const own = everybody(before);
    const quarterback = own.find((each) => each.player.position === 'QB').player.id;
    const receiver = own.find((each) => each.player.position === 'WR').player.id;
    const problem = refused(
      await set(home, [
        { slot: 'QB', ordinal: 1, playerId: theirs },
        { slot: 'RB', ordinal: 1, playerId: quarterback },
        { slot: 'WR', ordinal: 1, playerId: receiver },
        { slot: 'FLEX', ordinal: 1, playerId: receiver },
        { slot: 'TE', ordinal: 1, playerId: receiver },
        { slot: 'WR', ordinal: 2, playerId: null },
      ]),
      'lineup',
    );
    const named = new Set(places(problem).map((place) => Number(place.split('/')[2])));
    for (const wrong of [0, 1, 4, 5]) {
      assert(named.has(wrong), `slot ${wrong} of ${[...named]}`);
    }
    assert(named.has(2) || named.has(3), 'the one who stands twice');
    assert.equal((await read(home)).etag, before.etag);
  });

  test('what cannot be a lineup at all is refused by its shape', async () => {
    const home = await side();
    const problem = refused(
      await set(home, [{ slot: 'GOALKEEPER', ordinal: 0, playerId: -1 }, { playerId: 3 }], { week: 99 }),
      'invalid',
    );
    assert.deepEqual(places(problem), [
      '/slots/0/ordinal',
      '/slots/0/playerId',
      '/slots/0/slot',
      '/slots/1/ordinal',
      '/slots/1/slot',
      '/week',
    ]);
  });

  test('whose game has begun stays where he is, by the league’s clock', async () => {
    const home = await side();
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    const before = await read(home);
    const kickoffs = [
      ...new Set<number>(
        everybody(before)
          .filter((each) => each.game)
          .map((each) => Date.parse(each.game.kickoff)),
      ),
    ].sort();
    assert(kickoffs.length > 1, 'their games begin at different times');
    await setClock(home.league, kickoffs[0] as number);
    const during = await read(home);
    for (const each of everybody(during)) {
      const hasBegun = each.game !== null && Date.parse(each.game.kickoff) <= (kickoffs[0] as number);
      assert.equal(each.isLocked, hasBegun, each.player.name);
    }
    const locked = everybody(during).find((each) => each.isLocked);
    const place = during.slots.find((slot: Json) => slot.player?.player.id === locked.player.id);
    if (place !== undefined) {
      const out = [{ slot: place.slot, ordinal: place.ordinal, playerId: null }];
      assert.deepEqual(places(refused(await set(home, out), 'lineup')).length, 1);
    } else {
      const fit = during.slots.find((slot: Json) => slot.eligible.includes(locked.player.position));
      refused(
        await set(home, [{ slot: fit.slot, ordinal: fit.ordinal, playerId: locked.player.id }]),
        'lineup',
      );
    }
    const free = during.slots.find((slot: Json) => slot.player !== null && !slot.player.isLocked);
    const player =
      free &&
      during.bench.find((each: Json) => !each.isLocked && free.eligible.includes(each.player.position));
    if (player !== undefined) {
      ok(await set(home, [{ slot: free.slot, ordinal: free.ordinal, playerId: player.player.id }]));
    }
    await setClock(home.league, (kickoffs.at(-1) as number) + 1000);
    assert(everybody(await read(home)).every((each) => each.isLocked || each.game === null));
  });

  test('where the first game locks all, it locks all', async () => {
    const home = await side({ settings: { lockRule: 'first_game' } });
    const { weeks } = await readLeague(home.client, home.league.id);
    await setClock(home.league, weeks[0].startsAt);
    assert(everybody(await read(home)).every((each) => each.isLocked));
  });

  test('a week that is final stays as it was', async () => {
    const home = await side();
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    await playWeek(home.league, 1);
    const final = await read(home, 1);
    assert.equal(final.weekState, 'final');
    assert.equal(typeof final.optimalPoints, 'number');
    assert(final.optimalPoints >= final.points);
    const slot = final.slots[0];
    refused(await set(home, [{ slot: slot.slot, ordinal: 1, playerId: null }], { week: 1 }), 'week-state');
    const sum = final.slots.reduce((total: number, each: Json) => total + (each.player?.points ?? 0), 0);
    assert(Math.abs(sum - final.points) < 0.005, 'the points are the sum of the starters');
  });

  test('another’s lineup can be read in the league and changed by nobody but its managers and the commissioner', async () => {
    const home = await side();
    const bob = await person('Bob');
    const away = { ...home, client: bob.client };
    await read(away);
    refused(await set(away, []), 'forbidden');
    refused(await bob.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}), 'forbidden');
    const bobsTeam = [...home.league.owners].find(([, owner]) => owner === bob)?.[0];
    ok(await home.client.post(`/api/teams/${bobsTeam}/lineup/optimal`, {}));
  });

  test('a lineup that is as it was makes no event', async () => {
    const home = await side();
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    const { seq } = await readLeague(home.client, home.league.id);
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    assert.equal((await readLeague(home.client, home.league.id)).seq, seq);
  });
});

describe('free agents', () => {
  async function agents({ client, league }: Side, position = 'WR'): Promise<Json[]> {
    const query = { leagueId: league.id, availability: 'available', position, limit: 20 };
    return ok(await client.get('/api/players', { query })).players;
  }
  const move = ({ client, teamId }: Side, body: Json, headers = {}) =>
    client.post(`/api/teams/${teamId}/moves`, body, { headers });

  test('a full roster takes nobody without letting one go', async () => {
    const home = await side();
    const [free] = await agents(home);
    refused(await move(home, { addPlayerId: free.player.id }), 'roster-full');
    const victim = (await read(home)).bench[0].player;
    const moved = ok(await move(home, { addPlayerId: free.player.id, dropPlayerId: victim.id }));
    assert.equal(moved.added.id, free.player.id);
    assert.equal(moved.dropped.id, victim.id);
    const { roster } = ok(await home.client.get(`/api/teams/${home.teamId}`));
    const ids = roster.map((each: Json) => each.player.id);
    assert(ids.includes(free.player.id) && !ids.includes(victim.id));
    assert.equal(roster.find((each: Json) => each.player.id === free.player.id).acquiredVia, 'free_agent');
  });

  test('who was dropped is on waivers for everybody', async () => {
    const home = await side();
    const victim = (await read(home)).bench[0].player;
    ok(await move(home, { dropPlayerId: victim.id }));
    refused(await move(home, { addPlayerId: victim.id }), 'player-on-waivers');
    const query = { leagueId: home.league.id, search: victim.lastName ?? victim.name, limit: 100 };
    const row = ok(await home.client.get('/api/players', { query })).players.find(
      (each: Json) => each.player.id === victim.id,
    );
    assert.equal(row.statusInLeague, 'waivers');
    assert.equal(row.team, null);
  });

  test('without waivers he can be had at once', async () => {
    const home = await side({ settings: { waiverKind: 'none' } });
    const victim = (await read(home)).bench[0].player;
    ok(await move(home, { dropPlayerId: victim.id }));
    ok(await move(home, { addPlayerId: victim.id }));
  });

  test('nobody takes whom another has, drops whom he has not, or adds whom nobody knows', async () => {
    const home = await side();
    const other = [...home.league.owners.keys()][1];
    const theirs = everybody(ok(await home.client.get(`/api/teams/${other}/lineup`)))[0].player.id;
    const own = (await read(home)).bench[0].player.id;
    refused(await move(home, { addPlayerId: theirs, dropPlayerId: own }), 'player-taken');
    refused(await move(home, { dropPlayerId: theirs }), 'player-not-owned');
    refused(await move(home, { addPlayerId: 999_999_999, dropPlayerId: own }), 'not-found');
    const problem = refused(await move(home, {}), 'invalid');
    assert.deepEqual(places(problem), ['/addPlayerId']);
  });

  test('two who want the same free agent at once do not both get him', async () => {
    const home = await side();
    const [free] = await agents(home);
    const replies = await Promise.all(
      [...home.league.owners].map(async ([teamId, { client }]) => {
        const lineup = ok(await client.get(`/api/teams/${teamId}/lineup`));
        const body = { addPlayerId: free.player.id, dropPlayerId: lineup.bench[0].player.id };
        return client.post(`/api/teams/${teamId}/moves`, body);
      }),
    );
    assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409]);
    for (const reply of replies.filter(({ status }) => status === 409)) {
      refused(reply, 'player-taken');
    }
  });

  test('a repeated move is made once', async () => {
    const home = await side();
    const [free] = await agents(home);
    const body = { addPlayerId: free.player.id, dropPlayerId: (await read(home)).bench[0].player.id };
    const key = { 'Idempotency-Key': 'swap-them-once' };
    const first = ok(await move(home, body, key));
    assert.deepEqual(ok(await move(home, body, key)), first);
  });

  test('a starter whose game has begun stays, one on the bench may go, and free agents wait for waivers', async () => {
    const home = await side();
    ok(await home.client.post(`/api/teams/${home.teamId}/lineup/optimal`, {}));
    const { weeks } = await readLeague(home.client, home.league.id);
    await setClock(home.league, Date.parse(weeks[0].startsAt) + 4.5 * 86_400_000);
    const lineup = await read(home);
    const starter = lineup.slots.find((slot: Json) => slot.player?.isLocked).player.player;
    refused(await move(home, { dropPlayerId: starter.id }), 'player-locked');
    const spare = lineup.bench.find((each: Json) => each.isLocked);
    assert(spare, 'somebody on the bench has played');
    ok(await move(home, { dropPlayerId: spare.player.id }));
    const played = (await agents(home)).find((row) => row.nextGame !== null && row.nextGame.week === 1);
    assert(played, 'a free agent has played');
    refused(await move(home, { addPlayerId: played.player.id }), 'player-on-waivers');
  });

  test('adds are counted by week and refused past the league’s limit', async () => {
    const home = await side({ settings: { addsPerWeek: 1 } });
    const [first, second] = await agents(home);
    const bench = (await read(home)).bench;
    ok(await move(home, { addPlayerId: first.player.id, dropPlayerId: bench[0].player.id }));
    refused(
      await move(home, { addPlayerId: second.player.id, dropPlayerId: bench[1].player.id }),
      'add-limit',
    );
  });
});
