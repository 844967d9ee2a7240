import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api, Client, ok, type Reply, refused } from './lib/client.js';
import { must } from './lib/harness.js';
import { type FullLeague, makeLeague, smallLeague } from './lib/leagues.js';
import { operator, person } from './lib/people.js';

interface Row {
  method: string;
  path: string;
  name: string;
  access: string;
}

type Who = 'anonymous' | 'stranger' | 'viewer' | 'member' | 'owner' | 'commissioner' | 'operator';

/* What a private league answers: the status of a refusal, or "in" for whoever is let through. An
 * operator runs the installation and is nobody in a league. */
const PRIVATE: Record<string, Record<Who, number | 'in'>> = {
  public: {
    anonymous: 'in',
    stranger: 'in',
    viewer: 'in',
    member: 'in',
    owner: 'in',
    commissioner: 'in',
    operator: 'in',
  },
  'signed-in': {
    anonymous: 401,
    stranger: 'in',
    viewer: 'in',
    member: 'in',
    owner: 'in',
    commissioner: 'in',
    operator: 'in',
  },
  'league-read': {
    anonymous: 401,
    stranger: 404,
    viewer: 'in',
    member: 'in',
    owner: 'in',
    commissioner: 'in',
    operator: 404,
  },
  'league-member': {
    anonymous: 401,
    stranger: 404,
    viewer: 'in',
    member: 'in',
    owner: 'in',
    commissioner: 'in',
    operator: 404,
  },
  'team-owner': {
    anonymous: 401,
    stranger: 404,
    viewer: 403,
    member: 403,
    owner: 'in',
    commissioner: 'in',
    operator: 404,
  },
  commissioner: {
    anonymous: 401,
    stranger: 404,
    viewer: 403,
    member: 403,
    owner: 403,
    commissioner: 'in',
    operator: 404,
  },
  operator: {
    anonymous: 401,
    stranger: 403,
    viewer: 403,
    member: 403,
    owner: 403,
    commissioner: 403,
    operator: 'in',
  },
};

/* In a public one whoever may look sees that it is there. */
const PUBLIC: typeof PRIVATE = {
  ...PRIVATE,
  'league-read': {
    anonymous: 'in',
    stranger: 'in',
    viewer: 'in',
    member: 'in',
    owner: 'in',
    commissioner: 'in',
    operator: 'in',
  },
  'league-member': {
    anonymous: 401,
    stranger: 403,
    viewer: 'in',
    member: 'in',
    owner: 'in',
    commissioner: 'in',
    operator: 403,
  },
  'team-owner': {
    anonymous: 401,
    stranger: 403,
    viewer: 403,
    member: 403,
    owner: 'in',
    commissioner: 'in',
    operator: 403,
  },
  commissioner: {
    anonymous: 401,
    stranger: 403,
    viewer: 403,
    member: 403,
    owner: 403,
    commissioner: 'in',
    operator: 403,
  },
};

const rows: Row[] = JSON.parse(await must('routes', '--json'));

/* Ids in a path that belong to a league, and the place of one. */
async function stage(
  settings: object,
): Promise<{ league: FullLeague; ids: Record<string, number>; people: Record<Who, Client> }> {
  const league = await smallLeague({ name: 'Guarded', settings });
  const commissioner = league.commissioner.client;
  const [, [teamId, owner], [, member]] = [...league.owners] as [
    unknown,
    [number, { client: Client }],
    [number, { client: Client }],
  ];
  const { matchups } = ok(
    await commissioner.get(`/api/leagues/${league.id}/matchups`, { query: { week: 1 } }),
  );
  const viewer = await person('Vic');
  const { code } = ok(await commissioner.post(`/api/leagues/${league.id}/invites`, { role: 'viewer' }));
  ok(await viewer.client.post(`/api/leagues/${league.id}/join`, { inviteCode: code }));
  return {
    league,
    ids: { leagueId: league.id, teamId, matchupId: matchups[0].id, draftId: league.draftId, week: 1 },
    people: {
      anonymous: new Client(),
      stranger: (await person('Eve')).client,
      viewer: viewer.client,
      member: member.client,
      owner: owner.client,
      commissioner,
      operator: (await operator()).client,
    },
  };
}

function fill(path: string, ids: Record<string, number>): string | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const ofLeague = ['leagueId', 'teamId', 'matchupId', 'draftId'].some((name) => names.includes(name));
  return ofLeague ? path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name] ?? 1)) : undefined;
}

async function matrix(settings: object, expected: typeof PRIVATE): Promise<void> {
  const { ids, people } = await stage(settings);
  const wrong: string[] = [];
  let asked = 0;
  for (const row of rows) {
    const path = fill(row.path, ids);
    if (path === undefined) {
      continue;
    }
    for (const [who, client] of Object.entries(people) as [Who, Client][]) {
      /* A parameter that no row has: whoever is let in is refused for it, and nothing is done. */
      const body = api().find(row.method, path)?.hasBody ? {} : undefined;
      const { status } = await client.call(row.method, path, body, { query: { noSuchParameter: 1 } });
      const wanted = expected[row.access]?.[who];
      asked += 1;
      if (status !== (wanted === 'in' ? 422 : wanted)) {
        wrong.push(`${row.method} ${row.path} (${row.access}) as ${who}: ${status}, wanted ${wanted}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert(asked >= 100, `${asked} questions were asked`);
}

describe('who may do what', () => {
  test('every row of a private league lets in exactly those it is for', () =>
    matrix({ visibility: 'private' }, PRIVATE));

  test('every row of a public league lets in exactly those it is for', () =>
    matrix({ visibility: 'public' }, PUBLIC));

  test('every row that is for accounts asks for one, and every row for operators for an operator', async () => {
    const somebody = await person('Eve');
    for (const row of rows.filter(({ path }) => !/\{(leagueId|teamId|matchupId|draftId)\}/.test(path))) {
      const path = row.path.replace(/\{\w+\}/g, '1');
      const body = api().find(row.method, path)?.hasBody ? {} : undefined;
      const query = { noSuchParameter: 1 };
      const anonymous = await new Client().call(row.method, path, body, { query });
      assert.equal(
        anonymous.status === 401,
        row.access !== 'public',
        `${row.method} ${row.path}: ${anonymous.status}`,
      );
      if (row.access === 'operator' || row.access === 'ops') {
        refused(await somebody.client.call(row.method, path, body, { query }), 'forbidden');
      }
    }
  });

  test('a document that is in the cache is for those only who may see it', async () => {
    const { ids, people } = await stage({ visibility: 'private' });
    for (const row of rows.filter((each) => each.method === 'GET')) {
      const path = fill(row.path, ids);
      if (path === undefined || row.access !== 'league-read') {
        continue;
      }
      for (let i = 0; i < 2; i++) {
        ok(await people.member.get(path));
      }
      refused(await people.anonymous.get(path), 'sign-in-required');
      refused(await people.stranger.get(path), 'not-found');
      refused(await people.operator.get(path), 'not-found');
    }
  });

  test('ids that are none are not found, whoever asks', async () => {
    const ada = await person('Ada');
    for (const id of ['0', '-1', '999999999', '99999999999999999999', 'x', '1e3', '1.0', '%20', '1%00']) {
      for (const path of [
        `/api/leagues/${id}`,
        `/api/teams/${id}`,
        `/api/matchups/${id}`,
        `/api/draft/${id}`,
      ]) {
        const reply = await ada.client.get(path);
        assert([400, 404, 422].includes(reply.status), `${path}: ${reply.status}`);
      }
    }
  });

  test('the ids of another league in a body reach nothing', async () => {
    const { league } = await stage({ visibility: 'private' });
    const bob = await person('Mallory');
    const own = await makeLeague(bob.client);
    const [teamId] = [...league.owners.keys()];
    const foreign = await bob.client.post(`/api/leagues/${own.id}/invites`, { teamId });
    assert([404, 422].includes(foreign.status), `an invitation to another’s team: ${foreign.status}`);
    refused(await bob.client.post('/api/draft', { leagueId: league.id }), 'not-found');
    const queue = await bob.client.post(`/api/draft/${own.draftId}/auto-pick`, { teamId, enabled: true });
    assert([403, 404, 409, 422].includes(queue.status), `another’s team by itself: ${queue.status}`);
    const stolen = await bob.client.post('/api/draft', {
      leagueId: own.id,
      order: 'manual',
      teamOrder: [teamId],
    });
    assert.equal(stolen.status, 422);
  });

  test('a private league that is joined without invitation looks like one that does not exist', async () => {
    const { league } = await stage({ visibility: 'private' });
    const eve = await person('Eve');
    const join = (id: number, inviteCode?: string) =>
      eve.client.post(`/api/leagues/${id}/join`, { inviteCode, teamName: 'In' });
    for (const code of [undefined, '0'.repeat(26)]) {
      const there = await join(league.id, code);
      const nowhere = await join(999_999_999, code);
      const told = ({ body }: Reply) => ({ ...body, requestId: '', instance: '' });
      assert.deepEqual(told(there), told(nowhere));
      assert(!there.bytes.toString('utf8').includes('Guarded'), 'nor does it tell its name');
    }
  });
});
