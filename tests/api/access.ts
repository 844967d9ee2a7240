import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, ok, type Reply, refused } from './lib/client.js';
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

describe('who may do what', () => {
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
