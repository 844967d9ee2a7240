import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Json, ok, places, refused } from './lib/client.js';
import { waitFor } from './lib/harness.js';
import { autoDraft, type FullLeague, fullLeague, ownerOf, readLeague, SMALL } from './lib/leagues.js';
import { person } from './lib/people.js';
import { Live } from './lib/socket.js';

const TWELVE = ['Ada', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal', 'Ida', 'Jon', 'Kim', 'Lea'];
const FOUR = TWELVE.slice(0, 4);

/** Players by draft position, enough for any draft here. */
async function board(client: Client, leagueId: number, count = 400): Promise<Json[]> {
  const players: Json[] = [];
  for (let offset = 0; offset < count; offset += 100) {
    const query = { leagueId, sort: 'adp', limit: 100, offset };
    players.push(...ok(await client.get('/api/players', { query })).players.map((row: Json) => row.player));
  }
  return players;
}

function control(league: FullLeague, action: string, client = league.commissioner.client) {
  return client.post(`/api/draft/${league.draftId}/control`, { action });
}

function readDraft(league: FullLeague): Promise<Json> {
  return league.commissioner.client.get(`/api/draft/${league.draftId}`).then(ok);
}

function pick(league: FullLeague, client: Client, playerId: number, options = {}) {
  return client.post(`/api/draft/${league.draftId}/picks`, { playerId, ...options });
}

async function started(wish = {}): Promise<FullLeague> {
  const league = await fullLeague(FOUR, { settings: { ...SMALL, ...wish } });
  ok(await control(league, 'start'));
  return league;
}

describe('drafting', () => {
  test('twelve people draft by hand over HTTP, in the order of the snake, to a full roster each', async () => {
    const league = await fullLeague(TWELVE, { name: 'By hand' });
    const players = await board(league.commissioner.client, league.id);
    const caps: Record<string, number> = { QB: 2, RB: 5, WR: 4, TE: 2, K: 1, DEF: 1 };
    const taken = new Set<number>();
    const held = new Map<number, Record<string, number>>();
    const turns: number[] = [];
    let draft = ok(await control(league, 'start'));
    assert.equal(draft.state, 'running');
    const live = await Live.open(league.commissioner.client);
    const { subscribed } = await live.subscribe(`league:${league.id}`);
    while (draft.state === 'running') {
      const teamId = draft.onClock.id;
      const counts = held.get(teamId) ?? {};
      const wanted = players.find(
        ({ id, position }) => !taken.has(id) && (counts[position] ?? 0) < (caps[position] ?? 0),
      );
      assert(wanted, 'somebody is left');
      const turn = ok(await pick(league, ownerOf(league, teamId), wanted.id, { number: draft.currentPick }));
      assert.equal(turn.pick.team.id, teamId);
      assert.equal(turn.pick.player.id, wanted.id);
      assert.equal(turn.pick.number, draft.currentPick);
      assert.equal(turn.pick.madeBy, 'manager');
      turns.push(teamId);
      taken.add(wanted.id);
      held.set(teamId, { ...counts, [wanted.position]: (counts[wanted.position] ?? 0) + 1 });
      draft = turn.draft;
    }
    assert.equal(draft.state, 'complete');
    assert.equal(turns.length, 12 * 15);
    const order = draft.order.map((team: Json) => team.id);
    for (let round = 0; round < 15; round++) {
      const expected = round % 2 === 0 ? order : [...order].reverse();
      assert.deepEqual(turns.slice(round * 12, round * 12 + 12), expected, `round ${round + 1}`);
    }
    const { picks } = ok(await league.commissioner.client.get(`/api/draft/${league.draftId}/picks`));
    assert.equal(new Set(picks.map((each: Json) => each.player.id)).size, 180);
    const document = await readLeague(league.commissioner.client, league.id);
    assert.equal(document.state, 'in_season');
    for (const teamId of league.owners.keys()) {
      const { roster } = ok(await league.commissioner.client.get(`/api/teams/${teamId}`));
      const drafted = picks
        .filter((each: Json) => each.team.id === teamId)
        .map((each: Json) => each.player.id);
      assert.deepEqual(roster.map((each: Json) => each.player.id).sort(), drafted.sort());
      assert(roster.every((each: Json) => each.acquiredVia === 'draft'));
    }
    await live.next((message) => message.seq === document.seq);
    const kinds = live.events().map((message) => message.event.kind);
    assert.equal(kinds.filter((kind) => kind === 'draft.picked').length, 180);
    assert.deepEqual(
      live.events().map((message) => message.seq),
      Array.from({ length: document.seq - subscribed }, (_, i) => subscribed + 1 + i),
    );
    live.close();
  });

  test('autopicks fill every roster so that it can start', async () => {
    const league = await fullLeague(TWELVE, { name: 'Automatic' });
    await autoDraft(league);
    for (const [teamId, owner] of league.owners) {
      ok(await owner.client.post(`/api/teams/${teamId}/lineup/optimal`, {}));
      const lineup = ok(await owner.client.get(`/api/teams/${teamId}/lineup`));
      const empty = lineup.slots.filter((slot: Json) => slot.player === null).map((slot: Json) => slot.slot);
      assert.deepEqual(empty, [], `team ${teamId}`);
    }
  });

  test('linear and third-round-reversal drafts go in their orders', async () => {
    for (const [draftKind, reversed] of [
      ['linear', []],
      ['third_round_reversal', [2, 3, 5, 7]],
    ] as const) {
      const league = await fullLeague(FOUR, { settings: { ...SMALL, draftKind } });
      const draft = await autoDraft(league);
      assert.equal(draft.kind, draftKind);
      const { picks } = ok(await league.commissioner.client.get(`/api/draft/${league.draftId}/picks`));
      const order = draft.order.map((team: Json) => team.id);
      for (let round = 1; round <= 7; round++) {
        const turns = picks.filter((each: Json) => each.round === round).map((each: Json) => each.team.id);
        const expected = (reversed as readonly number[]).includes(round) ? [...order].reverse() : order;
        assert.deepEqual(turns, expected, `${draftKind}, round ${round}`);
      }
    }
  });

  test('an order by hand is the order, and names every team once', async () => {
    const league = await fullLeague(FOUR, { settings: SMALL });
    const teams = [...league.owners.keys()];
    const { client } = league.commissioner;
    const make = (teamOrder: number[]) =>
      client.post('/api/draft', { leagueId: league.id, order: 'manual', teamOrder });
    for (const wrong of [
      teams.slice(1),
      [...teams, teams[0]],
      [teams[0], teams[0], teams[1], teams[2]],
      [],
    ]) {
      refused(await make(wrong as number[]), 'invalid');
    }
    const reversed = [...teams].reverse();
    const draft = ok(await make(reversed));
    assert.equal(draft.orderMethod, 'manual');
    assert.deepEqual(
      draft.order.map((team: Json) => team.id),
      reversed,
    );
    const running = ok(await client.post(`/api/draft/${draft.id}/control`, { action: 'start' }));
    assert.equal(running.onClock.id, reversed[0]);
  });

  test('an order by lot is promised before it is drawn', async () => {
    const league = await fullLeague(FOUR, { settings: SMALL });
    const before = await readDraft(league);
    assert.match(String(before.orderCommitment), /^[0-9a-f]{64}$/);
    const after = ok(await control(league, 'start'));
    assert.equal(after.orderCommitment, before.orderCommitment);
    assert.deepEqual(after.order.map((team: Json) => team.id).sort(), [...league.owners.keys()].sort());
  });
});

describe('a pick', () => {
  test('out of turn is refused, of whoever it is', async () => {
    const league = await started();
    const players = await board(league.commissioner.client, league.id, 100);
    const draft = await readDraft(league);
    for (const [teamId, owner] of league.owners) {
      if (teamId !== draft.onClock.id && owner !== league.commissioner) {
        refused(await pick(league, owner.client, players[0].id), 'not-your-turn');
      }
    }
    const eve = await person('Eve');
    refused(await pick(league, eve.client, players[0].id), 'not-found');
    refused(await pick(league, new Client(), players[0].id), 'sign-in-required');
    assert.equal((await readDraft(league)).currentPick, 1);
  });

  test('of somebody who is taken, unknown or fits no slot is refused', async () => {
    const league = await started();
    const { client } = league.commissioner;
    const players = await board(client, league.id, 100);
    ok(await pick(league, client, players[0].id));
    refused(await pick(league, client, players[0].id), 'player-taken');
    refused(await pick(league, client, 999_999_999), 'not-found');
    const query = { leagueId: league.id, position: 'K', limit: 1 };
    const [kicker] = ok(await client.get('/api/players', { query })).players;
    refused(await pick(league, client, kicker.player.id), 'invalid');
    assert.equal((await readDraft(league)).currentPick, 2);
  });

  test('that is sent twice with one key is made once, with the same answer', async () => {
    const league = await started();
    const players = await board(league.commissioner.client, league.id, 100);
    const draft = await readDraft(league);
    const owner = ownerOf(league, draft.onClock.id);
    const key = { headers: { 'Idempotency-Key': 'my-first-pick' } };
    const body = { playerId: players[0].id };
    const path = `/api/draft/${league.draftId}/picks`;
    const first = ok(await owner.post(path, body, key));
    const again = ok(await owner.post(path, body, key));
    assert.deepEqual(again.pick, first.pick);
    assert.equal((await readDraft(league)).currentPick, 2);
  });

  test('that many send at once is made once', async () => {
    const league = await started();
    const players = await board(league.commissioner.client, league.id, 100);
    const draft = await readDraft(league);
    const owner = ownerOf(league, draft.onClock.id);
    const replies = await Promise.all(
      players.slice(0, 10).map(({ id }) => pick(league, owner, id, { number: 1 })),
    );
    assert.equal(replies.filter(({ status }) => status === 201).length, 1);
    assert.equal(replies.filter(({ status }) => status === 409).length, 9);
    assert.equal((await readDraft(league)).currentPick, 2);
  });

  test('that was meant for an earlier turn is refused', async () => {
    const league = await started();
    const { client } = league.commissioner;
    const players = await board(client, league.id, 100);
    ok(await pick(league, client, players[0].id, { number: 1 }));
    const late = await pick(league, client, players[1].id, { number: 1 });
    assert.equal(late.status, 409);
    assert.equal((await readDraft(league)).currentPick, 2);
  });

  test('by the commissioner for another team is told apart', async () => {
    const league = await started();
    const { client } = league.commissioner;
    const players = await board(client, league.id, 100);
    const makers = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const draft = await readDraft(league);
      const turn = ok(await pick(league, client, players[i].id));
      const isOwn = ownerOf(league, draft.onClock.id) === client;
      assert.equal(turn.pick.madeBy, isOwn ? 'manager' : 'commissioner');
      makers.add(turn.pick.madeBy);
    }
    assert.equal(makers.size, 2);
  });
});

describe('the clock of a draft', () => {
  test('who lets it run out is picked for', async () => {
    const league = await started({ secondsPerPick: 5 });
    const draft = await readDraft(league);
    const left = Date.parse(draft.deadlineAt) - Date.now();
    assert(left > 0 && left <= 5000, `${left} ms`);
    const made = await waitFor(
      async () => {
        const [first] = ok(await league.commissioner.client.get(`/api/draft/${league.draftId}/picks`)).picks;
        return first.player !== null && first;
      },
      'the clock picks',
      15_000,
    );
    assert.equal(made.madeBy, 'auto');
    assert.equal(made.autoReason, 'timeout');
    assert(Date.parse(made.madeAt) >= Date.parse(draft.deadlineAt));
    ok(await control(league, 'pause'));
  });

  test('a team that picks by itself does so soon, from its queue first', async () => {
    const league = await fullLeague(FOUR, { settings: { ...SMALL, secondsPerPick: 3600 } });
    const players = await board(league.commissioner.client, league.id, 100);
    const made = await league.commissioner.client.post('/api/draft', {
      leagueId: league.id,
      secondsPerPick: 3600,
    });
    const path = `/api/draft/${ok(made).id}`; /* and with it the order, now that the league is full */
    league.draftId = made.body.id;
    const wishes = [players[70].id, players[60].id, players[50].id, players[40].id];
    let i = 0;
    for (const [teamId, owner] of league.owners) {
      const wish = wishes[i++];
      const queue = ok(await owner.client.put(`${path}/queue`, { playerIds: [wish] }));
      assert.deepEqual(
        queue.players.map((each: Json) => each.id),
        [wish],
      );
      ok(await owner.client.post(`${path}/auto-pick`, { teamId, enabled: true }));
    }
    ok(await control(league, 'start'));
    const picks = await waitFor(
      async () => {
        const all = ok(await league.commissioner.client.get(`${path}/picks`)).picks.slice(0, 4);
        return all.every((each: Json) => each.player !== null) && all;
      },
      'four picks by themselves',
      40_000,
    );
    assert.deepEqual(picks.map((each: Json) => each.player.id).sort(), [...wishes].sort());
    assert(picks.every((each: Json) => each.madeBy === 'auto' && each.autoReason === 'absent'));
    ok(await control(league, 'pause'));
  });

  test('a pause keeps the time that was left, and nobody picks meanwhile', async () => {
    const league = await started({ secondsPerPick: 600 });
    const { client } = league.commissioner;
    const paused = ok(await control(league, 'pause'));
    assert.equal(paused.state, 'paused');
    assert.equal(paused.deadlineAt, null);
    assert(paused.pausedRemainingMs > 590_000 && paused.pausedRemainingMs <= 600_000);
    const [first] = await board(client, league.id, 100);
    refused(await pick(league, client, first.id), 'draft-state');
    refused(await control(league, 'pause'), 'draft-state');
    const resumed = ok(await control(league, 'resume'));
    const left = Date.parse(resumed.deadlineAt) - Date.now();
    assert(Math.abs(left - paused.pausedRemainingMs) < 10_000, `${left} ms`);
    ok(await pick(league, client, first.id));
  });

  test('a cancelled draft is undone, and a fresh one waits', async () => {
    const league = await started();
    const { client } = league.commissioner;
    const [first] = await board(client, league.id, 100);
    ok(await pick(league, client, first.id));
    const fresh = ok(await control(league, 'cancel'));
    assert.notEqual(fresh.id, league.draftId);
    assert.equal(fresh.state, 'scheduled');
    assert.equal((await readDraft(league)).state, 'cancelled');
    const document = await readLeague(client, league.id);
    assert.equal(document.state, 'setup');
    assert.equal(document.draftId, fresh.id);
    await autoDraft({ ...league, draftId: fresh.id });
  });

  test('only the commissioner turns it', async () => {
    const league = await fullLeague(FOUR, { settings: SMALL });
    const bob = await person('Bob');
    for (const action of ['start', 'pause', 'resume', 'cancel']) {
      refused(await control(league, action, bob.client), 'forbidden');
    }
    const problem = refused(await control(league, 'rewind'), 'invalid');
    assert.deepEqual(places(problem), ['/action']);
    refused(await control(league, 'resume'), 'draft-state');
  });
});

describe('queues', () => {
  test('a queue is the team’s own secret', async () => {
    const league = await fullLeague(FOUR, { settings: SMALL });
    const [ada, bob] = await Promise.all(['Ada', 'Bob'].map(person));
    assert(ada && bob);
    const players = await board(ada.client, league.id, 100);
    const path = `/api/draft/${league.draftId}/queue`;
    ok(await bob.client.put(path, { playerIds: players.slice(0, 3).map(({ id }) => id) }));
    assert.deepEqual(ok(await ada.client.get(path)).players, []);
    assert.equal(ok(await bob.client.get(path)).players.length, 3);
    for (const events of [ok(await ada.client.get(`/api/leagues/${league.id}/activity`)).events]) {
      assert(!events.some((event: Json) => event.kind === 'draft.queue_set'), 'not even that it was set');
    }
  });

  test('a queue names each player once and knows him', async () => {
    const league = await fullLeague(FOUR, { settings: SMALL });
    const { client } = league.commissioner;
    const [first] = await board(client, league.id, 100);
    const path = `/api/draft/${league.draftId}/queue`;
    refused(await client.put(path, { playerIds: [first.id, first.id] }), 'invalid');
    refused(await client.put(path, { playerIds: [999_999_999] }), 'invalid');
    ok(await client.put(path, { playerIds: [] }));
  });

  test('nobody lets the team of another pick by itself', async () => {
    const league = await fullLeague(FOUR, { settings: SMALL });
    const bob = await person('Bob');
    const [first] = [...league.owners.keys()];
    const path = `/api/draft/${league.draftId}/auto-pick`;
    refused(await bob.client.post(path, { teamId: first, enabled: true }), 'forbidden');
  });
});

describe('the list of drafts', () => {
  test('it holds those of public leagues and of one’s own', async () => {
    const league = await fullLeague(FOUR, { settings: SMALL });
    const nobody = new Client();
    const eve = await person('Eve');
    const query = { leagueId: league.id };
    assert.deepEqual(ok(await nobody.get('/api/draft', { query })).drafts, []);
    assert.deepEqual(ok(await eve.client.get('/api/draft', { query })).drafts, []);
    assert.equal(ok(await league.commissioner.client.get('/api/draft', { query })).drafts.length, 1);
    ok(
      await league.commissioner.client.patch(`/api/leagues/${league.id}`, {
        settings: { visibility: 'public' },
      }),
    );
    assert.equal(ok(await nobody.get('/api/draft', { query })).drafts[0].id, league.draftId);
  });

  test('a draft of another’s league cannot be set up', async () => {
    const league = await fullLeague(FOUR, { settings: SMALL });
    const eve = await person('Eve');
    const bob = await person('Bob');
    refused(await eve.client.post('/api/draft', { leagueId: league.id }), 'not-found');
    refused(await bob.client.post('/api/draft', { leagueId: league.id }), 'forbidden');
  });
});
