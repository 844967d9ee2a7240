import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Json, ok, refused } from './lib/client.js';
import { must } from './lib/harness.js';
import {
  afterWeek,
  type FullLeague,
  fullLeague,
  makeLeague,
  playWeek,
  readLeague,
  SMALL,
  setClock,
  smallLeague,
} from './lib/leagues.js';
import { person } from './lib/people.js';

function get(league: FullLeague, path: string, query = {}): Promise<Json> {
  return league.commissioner.client.get(`/api/leagues/${league.id}${path}`, { query }).then(ok);
}

async function optimise(league: FullLeague): Promise<void> {
  for (const [teamId, { client }] of league.owners) {
    ok(await client.post(`/api/teams/${teamId}/lineup/optimal`, {}));
  }
}

interface Tally {
  wins: number;
  losses: number;
  ties: number;
  pointsFor: number;
  pointsAgainst: number;
}

/** The table as anybody can work it out from the matchups. */
function tally(weeks: Json[]): Map<number, Tally> {
  const table = new Map<number, Tally>();
  const add = (own: Json, other: Json) => {
    const row = table.get(own.team.id) ?? { wins: 0, losses: 0, ties: 0, pointsFor: 0, pointsAgainst: 0 };
    row.wins += own.points > other.points ? 1 : 0;
    row.losses += own.points < other.points ? 1 : 0;
    row.ties += own.points === other.points ? 1 : 0;
    row.pointsFor += own.points;
    row.pointsAgainst += other.points;
    table.set(own.team.id, row);
  };
  for (const { home, away } of weeks.flatMap((week) => week.matchups)) {
    add(home, away);
    add(away, home);
  }
  return table;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.005;
}

describe('a season', () => {
  test('the box of a final week has every player, and starters add up to the team', async () => {
    const league = await smallLeague({ name: 'Boxes' });
    await optimise(league);
    const before = await get(league, '/weeks/1/box');
    assert.equal(before.teams.length, 4);
    const closed = await playWeek(league, 1);
    const totals = new Map<number, number>(
      closed.matchups.flatMap(({ home, away }: Json) => [home, away].map(({ team, points }: Json) => [team.id, points])),
    );
    const box = await get(league, '/weeks/1/box');
    assert.deepEqual([box.leagueId, box.week, box.teams.length], [league.id, 1, 4]);
    for (const team of box.teams) {
      const starters = team.players.filter((each: Json) => each.starter);
      const sum = starters.reduce((all: number, each: Json) => all + each.points, 0);
      assert(near(sum, team.points) && near(team.points, totals.get(team.teamId) ?? -1));
      assert.deepEqual([team.source, team.sourcePoints, team.adjustment], [null, null, 0]);
      assert(team.players.some((each: Json) => each.slot === 'BN' && !each.starter && each.source === null));
    }
    refused(await league.commissioner.client.get(`/api/leagues/${league.id}/weeks/22/box`), 'not-found');
  });

  test('four teams play it to the champion, and every table can be worked out again', async () => {
    const league = await smallLeague({ name: 'Whole season' });
    const weeks: Json[] = [];
    for (const week of [1, 2, 3]) {
      await optimise(league);
      const open = await get(league, '/matchups', { week });
      assert.equal(open.weekState, 'open');
      assert(open.matchups.every((each: Json) => each.kind === 'regular' && each.home.isWinner === null));
      const closed = await playWeek(league, week);
      assert.equal(closed.weekState, 'final');
      for (const { state, home, away } of closed.matchups) {
        assert.equal(state, 'final');
        assert.equal(home.isWinner, home.points === away.points ? null : home.points > away.points);
        assert.equal(away.isWinner, home.points === away.points ? null : away.points > home.points);
      }
      weeks.push(closed);
    }
    const teams = weeks.map((week) =>
      week.matchups.flatMap(({ home, away }: Json) => [home.team.id, away.team.id]).sort(),
    );
    for (const each of teams) {
      assert.deepEqual(each, [...league.owners.keys()].sort(), 'everybody plays every week');
    }
    const standings = await get(league, '/standings');
    assert.equal(standings.throughWeek, 3);
    const own = ok(await league.commissioner.client.get('/api/standings'));
    const same = own.leagues.find((each: Json) => each.leagueId === league.id);
    assert.deepEqual(same, standings);
    const table = tally(weeks);
    standings.rows.forEach((row: Json, i: number) => {
      const own = table.get(row.team.id);
      assert(own);
      assert.equal(row.rank, i + 1);
      assert.deepEqual(row.record, { wins: own.wins, losses: own.losses, ties: own.ties });
      assert(near(row.pointsFor, own.pointsFor) && near(row.pointsAgainst, own.pointsAgainst), row.team.name);
      assert(near(row.winPct, Math.round(((own.wins + own.ties / 2) / 3) * 1000) / 1000));
      const next = standings.rows[i + 1];
      assert(next === undefined || row.winPct >= next.winPct);
    });
    const drawn = await get(league, '/playoffs');
    assert.deepEqual(
      drawn.seeds.map((each: Json) => each.team.id),
      standings.rows.map((row: Json) => row.team.id),
    );
    for (const week of [4, 5]) {
      await optimise(league);
      await playWeek(league, week);
    }
    const done = await get(league, '/playoffs');
    const final = done.rounds.at(-1).matchups.find((each: Json) => each.kind === 'winners');
    const champion = [final.home, final.away].find((each: Json) => each.isWinner).team.id;
    assert.equal(done.championTeamId, champion);
    const document = await readLeague(league.commissioner.client, league.id);
    assert.equal(document.state, 'complete');
    assert.equal(document.championTeamId, champion);
    assert(document.weeks.every((week: Json) => week.state === 'final'));
    refused(
      await league.commissioner.client.post(`/api/leagues/${league.id}/weeks/5/finalize`),
      'league-state',
    );
    assert.match(await must('verify', 'ledger', '--league', String(league.id)), /./);
  });

  test('scores run with the clock before they are final', async () => {
    const league = await smallLeague({ name: 'Live scores' });
    await optimise(league);
    const document = await readLeague(league.commissioner.client, league.id);
    const before = await get(league, '/matchups', { week: 1 });
    assert(before.matchups.every(({ home, away }: Json) => home.points === 0 && away.points === 0));
    await setClock(league, afterWeek(document, 1));
    const after = await get(league, '/matchups', { week: 1 });
    const total = (week: Json) =>
      week.matchups.reduce((sum: number, { home, away }: Json) => sum + home.points + away.points, 0);
    assert(total(after) > 0);
    assert.equal(after.weekState === 'final', false);
    const closed = ok(await league.commissioner.client.post(`/api/leagues/${league.id}/weeks/1/finalize`));
    assert(near(total(closed), total(after)), 'freezing changes nothing');
  });

  test('a matchup in full adds up on both sides', async () => {
    const league = await smallLeague({ name: 'In full' });
    await optimise(league);
    const { matchups } = await playWeek(league, 1);
    for (const { id } of matchups) {
      const whole = ok(await league.commissioner.client.get(`/api/matchups/${id}`));
      for (const side of ['home', 'away'] as const) {
        const sum = whole.rows.reduce((total: number, row: Json) => total + (row[side]?.points ?? 0), 0);
        assert(near(sum, whole.matchup[side].points), `${side} of ${id}`);
      }
      assert.deepEqual(
        whole.rows.map((row: Json) => row.slot),
        ['QB', 'RB', 'WR', 'FLEX'],
      );
      assert.deepEqual(
        whole.others.map((each: Json) => each.id),
        matchups.map((each: Json) => each.id).filter((each: number) => each !== id),
      );
    }
  });

  test('a week is final only when its games are over, and only once', async () => {
    const league = await smallLeague({ name: 'Too early' });
    const path = (week: number) => `/api/leagues/${league.id}/weeks/${week}/finalize`;
    const { client } = league.commissioner;
    refused(await client.post(path(1)), 'week-state');
    refused(await client.post(path(2)), 'week-state');
    refused(await client.post(path(21)), 'not-found');
    const key = { headers: { 'Idempotency-Key': 'final-week-1' } };
    await setClock(league, afterWeek(await readLeague(client, league.id), 1));
    const replies = await Promise.all(Array.from({ length: 4 }, () => client.post(path(1), undefined, key)));
    for (const reply of replies) {
      assert.equal(ok(reply).weekState, 'final');
    }
    refused(await client.post(path(1)), 'week-state');
    const { events } = await get(league, '/activity', { limit: 100 });
    assert.equal(events.filter((event: Json) => event.kind === 'week.finalized').length, 1);
  });

  test('scoring a final week again by the same statistics changes nothing', async () => {
    const league = await smallLeague({ name: 'Correct' });
    await optimise(league);
    const closed = await playWeek(league, 1);
    const again = ok(await league.commissioner.client.post(`/api/leagues/${league.id}/weeks/1/correct`));
    assert.deepEqual(again.matchups, closed.matchups);
    refused(await league.commissioner.client.post(`/api/leagues/${league.id}/weeks/2/correct`), 'week-state');
  });

  test('the clock of a replay goes forward only', async () => {
    const league = await smallLeague({ name: 'Forward' });
    const { client } = league.commissioner;
    const { replayAt } = await readLeague(client, league.id);
    const set = (at: number) =>
      client.post(`/api/leagues/${league.id}/clock`, { replayAt: new Date(at).toISOString() });
    const reply = await set(Date.parse(replayAt) - 1000);
    assert([409, 422].includes(reply.status), String(reply.status));
    ok(await set(Date.parse(replayAt) + 1000));
  });

  test('before the draft there is a table of zeros and no bracket', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { settings: SMALL });
    const standings = ok(await ada.client.get(`/api/leagues/${league.id}/standings`));
    assert.equal(standings.throughWeek, 0);
    assert.deepEqual(
      standings.rows.map((row: Json) => row.record),
      [{ wins: 0, losses: 0, ties: 0 }],
    );
    const playoffs = ok(await ada.client.get(`/api/leagues/${league.id}/playoffs`));
    assert.deepEqual(playoffs, { seeds: [], rounds: [], championTeamId: null });
    ok(await ada.client.get(`/api/leagues/${league.id}/matchups`, { query: { week: 1 } }));
  });

  test('twelve teams play fourteen weeks and a bracket of six with byes to a champion', async () => {
    const names = ['Ada', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal', 'Ida', 'Jon', 'Kim', 'Lea'];
    const league = await fullLeague(names, { name: 'Twelve' });
    await must('season', 'play', '--league', String(league.id));
    const document = await readLeague(league.commissioner.client, league.id);
    assert.equal(document.state, 'complete');
    const weeks = [];
    for (const { week } of document.weeks.filter((each: Json) => each.kind === 'regular')) {
      weeks.push(await get(league, '/matchups', { week }));
    }
    const table = tally(weeks);
    const { rows } = await get(league, '/standings');
    for (const row of rows) {
      const own = table.get(row.team.id);
      assert.deepEqual(row.record, { wins: own?.wins, losses: own?.losses, ties: own?.ties });
      assert(near(row.pointsFor, own?.pointsFor ?? Number.NaN));
    }
    const { seeds, rounds, championTeamId } = await get(league, '/playoffs');
    assert.equal(seeds.length, document.settings.playoffTeams);
    const first = rounds[0].matchups.filter((each: Json) => each.kind === 'winners' && each.away !== null);
    assert.deepEqual(first.map(({ home, away }: Json) => [home.seed, away.seed].sort()).sort(), [
      [3, 6],
      [4, 5],
    ]);
    assert(seeds.some((each: Json) => each.team.id === championTeamId));
  });

  test('the whole ledger of all leagues holds', async () => {
    await must('verify', 'ledger');
  });
});

describe('the dashboard', () => {
  test('it shows one’s teams with what waits for them, and what happened', async () => {
    const gil = await person('Gil');
    assert.deepEqual(ok(await gil.client.get('/api/dashboard')), { teams: [], events: [] });
    const league = await fullLeague(['Gil', 'Bob', 'Cyd', 'Dan'], {
      name: 'On the dashboard',
      settings: SMALL,
    });
    const [myTeam] = [...league.owners.keys()];
    const { teams, events } = ok(await gil.client.get('/api/dashboard'));
    assert.equal(teams.length, 1);
    assert.equal(teams[0].leagueId, league.id);
    assert.equal(teams[0].team.id, myTeam);
    assert.equal(teams[0].teamCount, 4);
    assert.equal(teams[0].matchup, null);
    assert.equal(events[0].leagueName, 'On the dashboard');
    assert(events.every((event: Json) => event.text.length > 0));
  });

  test('in season it counts empty places and knows the next lock', async () => {
    const league = await smallLeague({ name: 'Locks' });
    const { client } = league.commissioner;
    ok(await client.post(`/api/teams/${[...league.owners.keys()][0]}/lineup/optimal`, {}));
    const { teams } = ok(await client.get('/api/dashboard'));
    const mine = teams.find((each: Json) => each.leagueId === league.id);
    const lineup = ok(await client.get(`/api/teams/${mine.team.id}/lineup`));
    assert.equal(mine.emptyStarters, lineup.slots.filter((slot: Json) => slot.player === null).length);
    assert.equal(mine.week, 1);
    assert([mine.matchup.home.team.id, mine.matchup.away.team.id].includes(mine.team.id));
    assert(Date.parse(mine.nextLock) > Date.parse(lineup.now));
  });
});
