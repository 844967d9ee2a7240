import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Json, ok, places, refused } from './lib/client.js';
import { playWeek, smallLeague } from './lib/leagues.js';
import { person } from './lib/people.js';

const nobody = new Client();

function list(query: Json, client = nobody): Promise<Json> {
  return client.get('/api/players', { query }).then(ok);
}

describe('the players table', () => {
  test('pages hold everybody once, in one order', async () => {
    const first = await list({ position: 'QB', sort: 'name', limit: 100 });
    const ids: number[] = [];
    for (let offset = 0; offset < first.total; offset += 13) {
      const page = await list({ position: 'QB', sort: 'name', limit: 13, offset });
      assert.equal(page.total, first.total);
      assert.equal(page.offset, offset);
      ids.push(...page.players.map((row: Json) => row.player.id));
    }
    assert.equal(ids.length, first.total);
    assert.equal(new Set(ids).size, first.total);
    assert.deepEqual(
      ids.slice(0, 100),
      first.players.map((row: Json) => row.player.id).slice(0, first.total),
    );
    assert.deepEqual((await list({ position: 'QB', offset: 20_000 })).players, []);
  });

  test('each sort sorts, both ways, and who has no number comes last', async () => {
    const keys = { points: 'seasonPoints', projected: 'projected', adp: 'adp' } as const;
    for (const [sort, key] of Object.entries(keys)) {
      for (const order of ['asc', 'desc']) {
        const values = (await list({ sort, order, limit: 100 })).players.map((row: Json) => row[key]);
        const numbers = values.filter((value: number | null) => value !== null);
        assert.deepEqual(values.slice(0, numbers.length), numbers, `${sort} ${order}: nulls last`);
        const sorted = [...numbers].sort((a, b) => (order === 'asc' ? a - b : b - a));
        assert.deepEqual(numbers, sorted, `${sort} ${order}`);
      }
    }
  });

  test('filters leave only what they say', async () => {
    const { players } = await list({ limit: 1, sort: 'points' });
    const { nflTeam } = players[0].player;
    const page = await list({ nflTeam, position: 'WR', limit: 100 });
    assert(page.total > 0);
    assert(page.players.every(({ player }: Json) => player.nflTeam === nflTeam && player.position === 'WR'));
  });

  test('a name is found by its beginning, its last word, without accents and in any case', async () => {
    const { players } = await list({ limit: 50, sort: 'points' });
    for (const { player } of players.slice(0, 10).filter((row: Json) => row.player.lastName)) {
      for (const search of [
        player.name,
        player.lastName.toUpperCase(),
        player.name.slice(0, 4).toLowerCase(),
      ]) {
        const found = await list({ search, limit: 100 });
        assert(
          found.players.some((row: Json) => row.player.id === player.id),
          `${search} finds ${player.name}`,
        );
      }
    }
    assert.equal((await list({ search: 'zzzzqqq' })).total, 0);
  });

  test('what looks like a pattern or SQL is a name nobody has', async () => {
    for (const search of ['%', '_', "' or 1=1 --", '\\', 'a%b', '"', '*', '()']) {
      assert.equal((await list({ search })).total, 0, search);
    }
  });

  test('every parameter has its bounds', async () => {
    const problem = refused(
      await nobody.get('/api/players', {
        query: {
          position: 'GK',
          sort: 'height',
          order: 'up',
          limit: 101,
          offset: -1,
          availability: 'maybe',
          week: 19,
          leagueId: 0,
          search: 'x'.repeat(61),
          nflTeam: 'LONG',
        },
      }),
      'invalid',
    );
    assert.deepEqual(
      places(problem),
      [
        'availability',
        'leagueId',
        'limit',
        'nflTeam',
        'offset',
        'order',
        'position',
        'search',
        'sort',
        'week',
      ].map((name) => `query:${name}`),
    );
  });

  test('in a league it tells whose each player is, and free agents are nobody’s', async () => {
    const league = await smallLeague({ name: 'Whose' });
    const { client } = league.commissioner;
    const rostered = await list({ leagueId: league.id, availability: 'rostered', limit: 100 }, client);
    assert.equal(rostered.total, 28);
    for (const row of rostered.players) {
      assert(league.owners.has(row.team.id));
      assert.equal(row.statusInLeague, 'rostered');
    }
    const free = await list({ leagueId: league.id, availability: 'available', limit: 100 }, client);
    assert(free.players.every((row: Json) => row.team === null && row.statusInLeague !== 'rostered'));
    const all = await list({ leagueId: league.id, limit: 1 }, client);
    assert.equal(all.total, rostered.total + free.total);
  });

  test('in a league nothing is told from behind its clock', async () => {
    const league = await smallLeague({ name: 'No spoilers' });
    const { client } = league.commissioner;
    const before = await list({ leagueId: league.id, limit: 100 }, client);
    assert(
      before.players.every((row: Json) => !row.seasonPoints && row.weekPoints === null && !row.lastPoints),
    );
    await playWeek(league, 1);
    const after = await list({ leagueId: league.id, limit: 100 }, client);
    assert(after.players.some((row: Json) => row.seasonPoints > 0));
    const [best] = after.players;
    const whole = ok(await client.get(`/api/players/${best.player.id}`, { query: { leagueId: league.id } }));
    const told = whole.weeks.filter((week: Json) => week.points !== null).map((week: Json) => week.week);
    assert.deepEqual(told, [1]);
    assert(whole.weeks.every((week: Json) => week.week === 1 || Object.keys(week.stats).length === 0));
  });

  test('the search finds whom the table finds by name', async () => {
    const { players } = await list({ limit: 1, sort: 'points' });
    const q = players[0].player.name;
    const found = ok(await nobody.get('/api/players/search', { query: { q } }));
    assert.deepEqual(found.players, (await list({ search: q, limit: 20 })).players);
    assert.deepEqual(places(refused(await nobody.get('/api/players/search'), 'invalid')), ['query:q']);
    const nowhere = { q, leagueId: 999_999_999 };
    refused(await nobody.get('/api/players/search', { query: nowhere }), 'not-found');
  });

  test('another’s private league is no league for this table', async () => {
    const league = await smallLeague({ name: 'Hidden' });
    const eve = await person('Eve');
    for (const client of [nobody, eve.client]) {
      refused(await client.get('/api/players', { query: { leagueId: league.id } }), 'not-found');
      const [row] = (await list({ limit: 1 })).players;
      refused(
        await client.get(`/api/players/${row.player.id}`, { query: { leagueId: league.id } }),
        'not-found',
      );
    }
  });
});

describe('one player', () => {
  test('his weeks add up to his season', async () => {
    const { players, season } = await list({ limit: 5, sort: 'points' });
    for (const row of players) {
      const whole = ok(await nobody.get(`/api/players/${row.player.id}`));
      assert.equal(whole.season, season);
      assert.equal(whole.player.isSample, true);
      const sum = whole.weeks.reduce((total: number, week: Json) => total + (week.points ?? 0), 0);
      assert(Math.abs(sum - whole.seasonPoints) < 0.005, row.player.name);
      assert.equal(whole.seasonPoints, row.seasonPoints);
      const byes = whole.weeks.filter((week: Json) => week.game === null);
      assert.deepEqual(
        byes.map((week: Json) => week.week),
        whole.byeWeek === null ? [] : [whole.byeWeek],
      );
    }
  });

  test('nobody has this number', async () => {
    refused(await nobody.get('/api/players/999999999'), 'not-found');
    const odd = await nobody.get('/api/players/x');
    assert([404, 422].includes(odd.status));
  });
});
