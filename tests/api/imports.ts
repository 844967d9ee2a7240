import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Json, ok, places, refused } from './lib/client.js';
import { must } from './lib/harness.js';
import { operator, person } from './lib/people.js';

const SEASON = 2024;

/* A Sleeper league of four teams with one played week, as the platform's API tells it. */
function documents(id: string): Record<string, unknown> {
  const roster = (number: number) => ({
    roster_id: number,
    owner_id: `${id}${number}`,
    players: [`9${number}`],
    settings: {
      wins: number % 2,
      losses: 1 - (number % 2),
      ties: 0,
      fpts: number % 2 === 1 ? 20 : 10,
      fpts_against: number % 2 === 1 ? 10 : 20,
    },
  });
  const entry = (number: number) => {
    const points = number % 2 === 1 ? 20 : 10;
    return {
      roster_id: number,
      matchup_id: number < 3 ? 1 : 2,
      points,
      custom_points: null,
      players: [`9${number}`],
      starters: [`9${number}`],
      starters_points: [points],
      players_points: { [`9${number}`]: points },
    };
  };
  const players = Object.fromEntries(
    [1, 2, 3, 4].map((n) => [`9${n}`, { first_name: 'Sample', last_name: `Passer ${n}`, position: 'QB', team: null }]),
  );
  const lines = Object.fromEntries([1, 2, 3, 4].map((n) => [`9${n}`, { pass_yd: n % 2 === 1 ? 500 : 250, gp: 1 }]));
  return {
    [`sleeper/v1/league/${id}.json`]: {
      league_id: id,
      season: String(SEASON),
      name: `Moved ${id}`,
      status: 'in_season',
      previous_league_id: null,
      total_rosters: 4,
      roster_positions: ['QB', 'BN'],
      scoring_settings: { pass_yd: 0.04 },
      settings: {
        num_teams: 4,
        type: 0,
        start_week: 1,
        playoff_week_start: 15,
        playoff_teams: 4,
        leg: 2,
        last_scored_leg: 1,
        waiver_type: 2,
        waiver_budget: 100,
      },
    },
    [`sleeper/v1/league/${id}/users.json`]: [1, 2, 3, 4].map((n) => ({
      user_id: `${id}${n}`,
      display_name: `Sample Manager ${n}`,
      is_owner: n === 1,
      metadata: { team_name: `Sample Team ${n}` },
    })),
    [`sleeper/v1/league/${id}/rosters.json`]: [1, 2, 3, 4].map(roster),
    [`sleeper/v1/league/${id}/matchups/1.json`]: [1, 2, 3, 4].map(entry),
    [`sleeper/v1/players/nfl.json`]: players,
    [`sleeper/v1/stats/nfl/regular/${SEASON}/1.json`]: lines,
  };
}

async function upload(client: Client, importId: number, path: string, text: string, size = 400_000) {
  for (let at = 0, part = 1; at < text.length; at += size, part++) {
    const body = { path, part, content: text.slice(at, at + size) };
    ok(await client.post(`/api/imports/${importId}/documents`, body));
  }
}

/* Waits for the end; the server looks for work every second. */
async function ended(client: Client, importId: number): Promise<Json> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = ok(await client.get(`/api/imports/${importId}`));
    if (found.state === 'done' || found.state === 'failed') {
      return found;
    }
    assert(Date.now() < deadline, `not within a minute: ${JSON.stringify(found)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function moveIn(client: Client, id: string, change: (all: Record<string, unknown>) => void = () => {}) {
  const all = documents(id);
  change(all);
  const made = ok(await client.post('/api/imports', { platform: 'sleeper', leagueId: id, upload: true }));
  for (const [path, document] of Object.entries(all)) {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    await upload(client, made.id, path, text);
  }
  ok(await client.post(`/api/imports/${made.id}/start`));
  return ended(client, made.id);
}

describe('leagues from other platforms', () => {
  test('an uploaded league is there with its results, and again changes nothing', async () => {
    const { client } = await operator();
    const first = await moveIn(client, '7001');
    assert.equal(first.state, 'done', JSON.stringify(first.problem));
    const [league] = first.report.leagues;
    assert.equal(league.statSource, 'sleeper');
    assert.equal(first.documents, 0, 'the uploaded documents are gone');
    const listed = ok(await client.get('/api/leagues')).leagues.find((each: Json) => each.id === league.leagueId);
    assert.deepEqual(listed.source, { platform: 'sleeper', leagueId: '7001' });
    const box = ok(await client.get(`/api/leagues/${league.leagueId}/weeks/1/box`));
    assert.deepEqual(
      box.teams.map((team: Json) => [team.source.teamId, team.points, team.sourcePoints]).sort(),
      [
        ['1', 20, 20],
        ['2', 10, 10],
        ['3', 20, 20],
        ['4', 10, 10],
      ],
    );
    await must('verify', 'ledger', '--league', String(league.leagueId));
    await must('verify', 'league', String(league.leagueId));
    const again = await moveIn(client, '7001');
    assert.equal(again.report.isUnchanged, true);
    assert.equal(again.report.leagues[0].leagueId, league.leagueId);
  });

  test('uploaded statistics are an operator’s alone to bring: they score every league of the platform', async () => {
    const { client } = await person('Ina');
    const found = await moveIn(client, '7005');
    assert.equal(found.state, 'done', JSON.stringify(found.problem));
    const [league] = found.report.leagues;
    assert.equal(league.statSource, 'nfl');
    assert(league.adjustments.some((each: Json) => each.what === 'scoring'));
    const box = ok(await client.get(`/api/leagues/${league.leagueId}/weeks/1/box`));
    assert.deepEqual(
      box.teams.map((team: Json) => [team.points, team.sourcePoints]).sort(),
      [
        [0, 10],
        [0, 10],
        [0, 20],
        [0, 20],
      ],
    );
  });

  test('nobody but its commissioner imports over a league that is here', async () => {
    const ina = (await person('Ina')).client;
    const eve = (await person('Eve')).client;
    assert.equal((await moveIn(ina, '7006')).state, 'done');
    const failed = await moveIn(eve, '7006', (all) => {
      (all['sleeper/v1/league/7006.json'] as Json).name = 'Stolen';
    });
    assert.equal(failed.state, 'failed');
    assert.equal(failed.problem.type, 'forbidden');
    assert(!ok(await eve.get('/api/leagues')).leagues.some((each: Json) => each.source?.leagueId === '7006'));
    assert.equal((await moveIn(ina, '7006')).report.isUnchanged, true);
  });

  test('a document comes in parts, and a part that comes again replaces itself', async () => {
    const { client } = await person('Ina');
    const made = ok(await client.post('/api/imports', { platform: 'sleeper', leagueId: '7002', upload: true }));
    for (const [path, document] of Object.entries(documents('7002'))) {
      await upload(client, made.id, `my folder/${path}`.replace(' ', '_'), JSON.stringify(document), 100);
    }
    const path = 'my_folder/sleeper/v1/league/7002.json';
    const content = JSON.stringify(documents('7002')['sleeper/v1/league/7002.json']).slice(0, 100);
    const found = ok(await client.post(`/api/imports/${made.id}/documents`, { path, part: 1, content }));
    assert.equal(found.documents, 6);
    ok(await client.post(`/api/imports/${made.id}/start`));
    assert.equal((await ended(client, made.id)).state, 'done');
  });

  test('a document that is cut off stores nothing and is named', async () => {
    const { client } = await person('Ina');
    const before = ok(await client.get('/api/leagues')).leagues.length;
    const failed = await moveIn(client, '7003', (all) => {
      all['sleeper/v1/league/7003/rosters.json'] = '[{"roster_id": 1, "own';
    });
    assert.equal(failed.state, 'failed');
    assert.match(JSON.stringify(failed.problem), /rosters\.json/);
    assert.equal(ok(await client.get('/api/leagues')).leagues.length, before);
  });

  test('a league that is not among the documents is said to be missing', async () => {
    const { client } = await person('Ina');
    const made = ok(await client.post('/api/imports', { platform: 'espn', leagueId: '1', season: 2024, upload: true }));
    await upload(client, made.id, 'league_2/season_2024/core.json', '{}');
    ok(await client.post(`/api/imports/${made.id}/start`));
    const found = await ended(client, made.id);
    assert.equal(found.state, 'failed');
    assert.equal(found.problem.type, 'feed-missing');
  });

  test('what is asked for must fit the platform', async () => {
    const { client } = await person('Ina');
    const ask = (body: Json) => client.post('/api/imports', body);
    assert.deepEqual(places(refused(await ask({ platform: 'espn', leagueId: '1' }), 'invalid')), ['/season']);
    assert.deepEqual(
      places(refused(await ask({ platform: 'sleeper', leagueId: 'x', season: 2024 }), 'invalid')).sort(),
      ['/leagueId', '/season'],
    );
    refused(await new Client().post('/api/imports', { platform: 'sleeper', leagueId: '1' }), 'sign-in-required');
  });

  test('an import is its owner’s alone', async () => {
    const ina = (await person('Ina')).client;
    const eve = (await person('Eve')).client;
    const made = ok(await ina.post('/api/imports', { platform: 'sleeper', leagueId: '7004', upload: true }));
    const path = `/api/imports/${made.id}`;
    refused(await eve.get(path), 'not-found');
    refused(await eve.post(`${path}/documents`, { path: 'a.json', part: 1, content: '{}' }), 'not-found');
    refused(await eve.post(`${path}/start`), 'not-found');
    refused(await eve.delete(path), 'not-found');
    refused(await ina.post(`${path}/start`), 'import-state');
    assert(ok(await ina.get('/api/imports')).imports.some((each: Json) => each.id === made.id));
    ok(await ina.delete(path));
    refused(await ina.get(path), 'not-found');
  });
});
