import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Json, ok, places, refused } from './lib/client.js';
import { must } from './lib/harness.js';
import { type FullLeague, fullLeague, playWeek, readLeague, smallLeague } from './lib/leagues.js';
import { person } from './lib/people.js';

const SEASON = 1998;
const WEEKS = [1, 2, 3, 4, 5];

/* A league of four that was played to its champion, and everything its matchups say. */
interface Played {
  league: FullLeague;
  games: Json[];
}

async function playedLeague(name: string): Promise<Played> {
  const league = await smallLeague({ name });
  for (const week of WEEKS) {
    for (const [teamId, { client }] of league.owners) {
      ok(await client.post(`/api/teams/${teamId}/lineup/optimal`, {}));
    }
    await playWeek(league, week);
  }
  const games: Json[] = [];
  for (const week of WEEKS) {
    const path = `/api/leagues/${league.id}/matchups`;
    games.push(...ok(await league.commissioner.client.get(path, { query: { week } })).matchups);
  }
  return { league, games };
}

const history = (client: Client, id: number) => client.get(`/api/leagues/${id}/history`).then(ok);

/* The same game from both of its sides. */
const sidesOf = (games: Json[]) =>
  games.flatMap((game) => [
    { game, own: game.home, other: game.away },
    { game, own: game.away, other: game.home },
  ]);

const near = (a: number, b: number) => Math.abs(a - b) < 0.005;

let whole: Promise<Played> | undefined;
const wholeLeague = () => {
  whole ??= playedLeague('Annals');
  return whole;
};

describe('the history of a league', () => {
  test('before the first game there are seasons and people, and no records', async () => {
    const league = await fullLeague(['Ada', 'Bob', 'Cyd', 'Dan']);
    const document = await history(league.commissioner.client, league.id);
    assert.equal(document.hiddenSeasons, 0);
    assert.deepEqual(
      document.seasons.map((each: Json) => [each.leagueId, each.champion, each.mostPoints, each.teamCount]),
      [[league.id, null, null, 4]],
    );
    assert.equal(document.people.length, 4);
    assert(document.people.every((each: Json) => each.bestFinish === null && each.winPct === 0));
    assert(Object.values(document.records).every((each) => each === null));
    assert(Object.values(document.streaks).every((each) => each === null));
    const pairs = ok(
      await league.commissioner.client.get(`/api/leagues/${league.id}/history/head-to-head`),
    );
    assert.deepEqual([pairs.people.length, pairs.pairs, pairs.games], [4, [], []]);
  });

  test('a season’s champion, best and people are what its games and table say', async () => {
    const { league, games } = await wholeLeague();
    const { client } = league.commissioner;
    const document = await history(client, league.id);
    const [season] = document.seasons;
    const shown = await readLeague(client, league.id);
    const table = ok(await client.get(`/api/leagues/${league.id}/standings`)).rows;
    const final = games.find(({ kind, week }) => kind === 'winners' && week === 5);
    const loser = final.home.isWinner ? final.away : final.home;
    assert.equal(season.state, 'complete');
    assert.equal(season.champion.id, shown.championTeamId);
    assert.equal(season.runnerUp.id, loser.team.id);
    assert.equal(season.regularBest.team.id, table[0].team.id);
    assert.deepEqual(season.regularBest.record, table[0].record);
    assert.equal(season.mostPoints.points, Math.max(...table.map((row: Json) => row.pointsFor)));
    const places = document.people.map((each: Json) => each.bestFinish).sort();
    assert.deepEqual(places, [1, 2, 3, 4]);
    for (const row of table) {
      const who = document.people.find((each: Json) => each.team.id === row.team.id);
      assert.equal(who.userId, league.owners.get(row.team.id)?.id);
      assert.deepEqual(who.record, row.record);
      assert.equal(who.pointsFor, row.pointsFor);
      assert.equal(who.pointsAgainst, row.pointsAgainst);
      assert.equal(who.playoffAppearances, 1);
      assert.equal(who.championships, row.team.id === shown.championTeamId ? 1 : 0);
    }
  });

  test('the record book holds what can be found by looking at every game', async () => {
    const { league, games } = await wholeLeague();
    const { records, streaks } = await history(league.commissioner.client, league.id);
    const sides = sidesOf(games);
    const points = sides.map(({ own }) => own.points);
    const won = sides.filter(({ own }) => own.isWinner && own.points > 0);
    const margins = won.map(({ own, other }) => own.points - other.points).filter((each) => each > 0);
    const lost = sides.filter(({ other }) => other.isWinner);
    assert.equal(records.highestScore.points, Math.max(...points));
    assert.equal(records.lowestScore.points, Math.min(...points));
    assert(near(records.biggestWin.points - records.biggestWin.opponentPoints, Math.max(...margins)));
    assert(near(records.narrowestWin.points - records.narrowestWin.opponentPoints, Math.min(...margins)));
    assert.equal(records.mostPointsInLoss.points, Math.max(...lost.map(({ own }) => own.points)));
    for (const record of Object.values(records) as Json[]) {
      const held = sides.find(({ game, own }) => game.week === record.week && own.team.id === record.team.id);
      assert.equal(held?.own.points, record.points);
      assert.equal(record.season, SEASON);
    }
    let longest = 0;
    for (const teamId of league.owners.keys()) {
      let row = 0;
      for (const { own } of sides.filter(({ own }) => own.team.id === teamId)) {
        row = own.isWinner ? row + 1 : 0;
        longest = Math.max(longest, row);
      }
    }
    assert.equal(streaks.winning.length, longest);
  });

  test('head to head counts every meeting both ways round, and lists those of two', async () => {
    const { league, games } = await wholeLeague();
    const path = `/api/leagues/${league.id}/history/head-to-head`;
    const { client } = league.commissioner;
    const [[first, ada], [second, bob]] = [...league.owners] as [[number, Json], [number, Json]];
    const met = sidesOf(games).filter(({ own, other }) => own.team.id === first && other.team.id === second);
    const document = ok(await client.get(path, { query: { a: ada.id, b: bob.id } }));
    const there = (a: number, b: number) =>
      document.pairs.find((each: Json) => each.userId === a && each.opponentUserId === b);
    const back = there(bob.id, ada.id);
    assert.deepEqual(there(ada.id, bob.id).record, {
      wins: met.filter(({ own }) => own.isWinner).length,
      losses: met.filter(({ other }) => other.isWinner).length,
      ties: 0,
    });
    assert.equal(back.record.losses, there(ada.id, bob.id).record.wins);
    assert.equal(back.pointsFor, there(ada.id, bob.id).pointsAgainst);
    assert.equal(back.playoffMeetings, met.filter(({ game }) => game.kind !== 'regular').length);
    assert.deepEqual(
      document.games.map((each: Json) => each.matchupId).sort(),
      met.map(({ game }) => game.id).sort(),
    );
    assert(
      document.games.every((each: Json) => each.team.id === first && each.opponent.id === second),
      'as a saw them',
    );
    assert.deepEqual(ok(await client.get(path, { query: { a: ada.id } })).games, []);
    assert.deepEqual(places(refused(await client.get(path, { query: { a: 'x' } }), 'invalid')), ['query:a']);
  });
});

describe('renewing a league', () => {
  test('is refused before its end, and while the next season is not there', async () => {
    const { league } = await wholeLeague();
    const { client } = league.commissioner;
    const fresh = await fullLeague(['Ada', 'Bob', 'Cyd', 'Dan']);
    const early = await fresh.commissioner.client.post(`/api/leagues/${fresh.id}/renew`, {});
    assert.match(refused(early, 'league-state').detail, /has not drafted/);
    const missing = await client.post(`/api/leagues/${league.id}/renew`, {});
    assert.match(refused(missing, 'no-stats').detail, /import sample --season 1999/);
    const named = await client.post(`/api/leagues/${league.id}/renew`, { keepers: [1] });
    assert.deepEqual(places(refused(named, 'invalid')), ['/keepers']);
    const past = await client.post(`/api/leagues/${league.id}/renew`, { season: SEASON });
    assert.deepEqual(places(refused(past, 'invalid')), ['/season']);
  });

  test('makes the next season once: linked both ways, with everybody in it', async () => {
    await must('import', 'sample', '--seed', '8', '--season', String(SEASON + 1));
    const { league } = await wholeLeague();
    const { client } = league.commissioner;
    const path = `/api/leagues/${league.id}/renew`;
    const key = { headers: { 'Idempotency-Key': 'renew-the-annals' } };
    const reply = await client.post(path, {}, key);
    assert.equal(reply.status, 201);
    const next = ok(reply);
    const before = await readLeague(client, league.id);
    assert.equal(ok(await client.post(path, {}, key)).id, next.id);
    refused(await client.post(path, {}), 'league-state');
    assert.deepEqual(before.nextLeague, { leagueId: next.id, season: SEASON + 1 });
    assert.deepEqual(next.previousLeague, { leagueId: league.id, season: SEASON });
    assert.equal(next.state, 'setup');
    assert.equal(next.role, 'commissioner');
    assert.deepEqual(next.settings, before.settings);
    assert.deepEqual(
      next.teams.map((each: Json) => [each.name, each.ownerUserId]),
      before.teams.map((each: Json) => [each.name, each.ownerUserId]),
    );
    await must('verify', 'ledger');

    const document = await history(client, next.id);
    assert.deepEqual(
      document.seasons.map((each: Json) => each.season),
      [SEASON + 1, SEASON],
    );
    assert.equal(document.seasons[1].champion.id, before.championTeamId);
    assert.deepEqual(
      (await history(client, league.id)).people.map((each: Json) => [each.userId, each.seasons]),
      document.people.map((each: Json) => [each.userId, 2]),
    );
  });

  test('a season the caller may not see is counted and nothing else', async () => {
    const { league } = await wholeLeague();
    const { client } = league.commissioner;
    const { nextLeague } = await readLeague(client, league.id);
    const guest = await person('Guest');
    const { code } = ok(
      await client.post(`/api/leagues/${nextLeague.leagueId}/invites`, { role: 'viewer' }),
    );
    ok(await guest.client.post(`/api/leagues/${nextLeague.leagueId}/join`, { inviteCode: code }));
    const document = await history(guest.client, nextLeague.leagueId);
    assert.equal(document.hiddenSeasons, 1);
    assert.deepEqual(
      document.seasons.map((each: Json) => each.season),
      [SEASON + 1],
    );
    assert(document.people.every((each: Json) => each.seasons === 1 && each.championships === 0));
    assert.equal(document.records.highestScore, null);
    assert.equal((await readLeague(guest.client, nextLeague.leagueId)).previousLeague, null);
    const pairs = ok(
      await guest.client.get(`/api/leagues/${nextLeague.leagueId}/history/head-to-head`),
    );
    assert.deepEqual([pairs.hiddenSeasons, pairs.pairs], [1, []]);
    refused(await guest.client.get(`/api/leagues/${league.id}/history`), 'not-found');
    refused(await new Client().get(`/api/leagues/${league.id}/history`), 'sign-in-required');
  });
});
