/* Every row × everybody, every row × bad requests: made from the rows, held against tests/api/policy.ts. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { api, Client, type Json, ok, type Reply, refused } from './lib/client.js';
import { must } from './lib/harness.js';
import { smallLeague } from './lib/leagues.js';
import { makeBareOperator, operator, person, register } from './lib/people.js';
import { sql } from './lib/sql.js';
import { POLICY } from './policy.js';

interface Row {
  method: string;
  path: string;
  name: string;
  access: string;
}
const rows: Row[] = JSON.parse(await must('routes', '--json'));
const keyOf = ({ method, path }: Row): string => `${method} ${path}`;

const WHO = [
  'anonymous',
  'suspended',
  'otherLeague',
  'viewer',
  'member',
  'coManager',
  'owner',
  'coCommissioner',
  'commissioner',
  'operator',
  'bareOperator',
  'readToken',
] as const;
type Who = (typeof WHO)[number];
type Cell = 'in' | number;

const IN_LEAGUE: Who[] = ['viewer', 'member', 'coManager', 'owner', 'coCommissioner', 'commissioner', 'readToken'];
const OWN_TEAM: Who[] = ['coManager', 'owner', 'coCommissioner', 'commissioner', 'readToken'];
const LEADS: Who[] = ['coCommissioner', 'commissioner'];
const isOfLeague = (access: string): boolean => /^(league-|team-|commissioner)/.test(access);
/* What an operator without a second factor may use, besides what is public. */
const ENROLLING = /^\/api\/auth\/(totp|me$|logout$)/;

/** What the policy says of a cell. The token is the owner's, and may read. */
function expected(row: Row, who: Who, isPublic: boolean): Cell {
  const access = POLICY[keyOf(row)] ?? 'missing';
  if (access === 'public') {
    return 'in';
  }
  const needsAccount = row.path.startsWith('/api/auth/');
  const isNobody = who === 'anonymous' || who === 'suspended';
  if (access === 'league-read' && isPublic) {
    return who === 'bareOperator' ? 403 : 'in';
  }
  if (isNobody) {
    return 401;
  }
  if (who === 'bareOperator') {
    return ENROLLING.test(row.path) ? 'in' : 403;
  }
  if (isOfLeague(access) && !IN_LEAGUE.includes(who)) {
    return isPublic ? 403 : 404;
  }
  const may: Record<string, boolean> = {
    'signed-in': true,
    'league-read': true,
    'league-member': true,
    'team-owner': OWN_TEAM.includes(who),
    commissioner: LEADS.includes(who),
    operator: who === 'operator',
    ops: who === 'operator',
  };
  assert(access in may, `${keyOf(row)} is not in tests/api/policy.ts`);
  const isShort = who === 'readToken' && (row.method !== 'GET' || needsAccount);
  return may[access] === true && !isShort ? 'in' : 403;
}

interface Stage {
  people: Record<Who, Client>;
  ids: Record<string, number | string>;
}

async function stage(visibility: 'private' | 'public'): Promise<Stage> {
  const league = await smallLeague({ name: 'Matrix', settings: { visibility } });
  const commissioner = league.commissioner.client;
  const [, [teamId, owner], [, member]] = [...league.owners] as [
    unknown,
    [number, { client: Client; id: number }],
    [number, { client: Client }],
  ];
  const { matchups } = ok(await commissioner.get(`/api/leagues/${league.id}/matchups`, { query: { week: 1 } }));
  const joined = async (name: string): Promise<{ client: Client; id: number }> => {
    const somebody = await register(name);
    const { code } = ok(await commissioner.post(`/api/leagues/${league.id}/invites`, { role: 'viewer' }));
    ok(await somebody.client.post(`/api/leagues/${league.id}/join`, { inviteCode: code }));
    return somebody;
  };
  const viewer = await joined('Viewer');
  const helper = await joined('Helper');
  const deputy = await joined('Deputy');
  sql(`begin;
    update league_members set role = 'manager' where league_id = ${league.id} and user_id = ${helper.id};
    update league_members set role = 'co_commissioner' where league_id = ${league.id} and user_id = ${deputy.id};
    insert into team_owners (league_id, team_id, user_id, is_primary)
    values (${league.id}, ${teamId}, ${helper.id}, false);
    commit;`);
  /* An event, so that no node believes what it knew of these two. */
  ok(await commissioner.patch(`/api/leagues/${league.id}`, { name: `Matrix ${visibility}` }));
  const suspended = await register('Suspended');
  const boss = await operator();
  ok(await boss.client.post('/api/admin/disable-user', { userId: suspended.id, reason: 'the matrix' }));
  const bare = await makeBareOperator(`Unproven${league.id}`);
  bareOperators.push(bare.id);
  const { secret } = ok(await owner.client.post('/api/auth/tokens', { name: `m${league.id}`, scopes: ['read'] }));
  const reader = new Client();
  reader.token = secret;
  const elsewhere = await smallLeague({ name: 'Elsewhere', settings: { visibility: 'private' } });
  const stranger = await register('Elsewhere');
  const { code } = ok(
    await elsewhere.commissioner.client.post(`/api/leagues/${elsewhere.id}/invites`, { role: 'viewer' }),
  );
  ok(await stranger.client.post(`/api/leagues/${elsewhere.id}/join`, { inviteCode: code }));
  return {
    ids: {
      leagueId: league.id,
      teamId,
      matchupId: matchups[0].id,
      draftId: league.draftId,
      week: 1,
      ref: 'INC-1',
      role: 'primary',
      rule: 'disk_full',
    },
    people: {
      anonymous: new Client(),
      suspended: suspended.client,
      otherLeague: stranger.client,
      viewer: viewer.client,
      member: member.client,
      coManager: helper.client,
      owner: owner.client,
      coCommissioner: deputy.client,
      commissioner,
      operator: boss.client,
      bareOperator: bare.client,
      readToken: reader,
    },
  };
}
const bareOperators: number[] = [];
/* Made when the first test wants it: other areas run before, and count on their operators. */
const made = new Map<string, Promise<Stage>>();
function staged(visibility: 'private' | 'public'): Promise<Stage> {
  const there = made.get(visibility) ?? stage(visibility);
  made.set(visibility, there);
  return there;
}

/* Parameters of paths that are no numbers, in their form. */
const WORDS: Record<string, string> = {
  ref: 'INC-20250907-1300',
  rule: 'ErrorRateCritical',
  role: 'primary',
  name: 'MAINTENANCE_MODE',
};
const fill = (row: Row, ids: Stage['ids']): string =>
  row.path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name] ?? WORDS[name] ?? 1));
const bodyOf = (row: Row, path: string): Json => (api().find(row.method, path)?.hasBody ? {} : undefined);

async function fillMatrix(visibility: 'private' | 'public'): Promise<number> {
  const { people, ids } = await staged(visibility);
  const wrong: string[] = [];
  let cells = 0;
  for (const row of rows) {
    const path = fill(row, ids);
    for (const who of WHO) {
      /* A parameter that no row has: whoever is let in is refused for it, and nothing is done. */
      const { status } = await people[who].call(row.method, path, bodyOf(row, path), {
        query: { noSuchParameter: 1 },
      });
      const wanted = expected(row, who, visibility === 'public');
      cells += 1;
      if (status !== (wanted === 'in' ? 422 : wanted)) {
        wrong.push(`${keyOf(row)} (${row.access}) as ${who}: ${status}, wanted ${wanted}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  return cells;
}

describe('every row × everybody', () => {
  test('each row is in the policy, with the access it has, and the policy has no other', () => {
    const actual = Object.fromEntries(rows.map((row) => [keyOf(row), row.access]));
    assert.deepEqual(POLICY, actual);
  });

  for (const visibility of ['private', 'public'] as const) {
    test(`a ${visibility} league: no cell deviates from the policy`, async (context) => {
      const cells = await fillMatrix(visibility);
      context.diagnostic(`${cells} cells, 0 deviations`);
      assert.equal(cells, rows.length * WHO.length);
    });
  }
});

/* Fields of tables that no body may set. */
const FOREIGN = [
  'isOperator',
  'is_operator',
  'passwordHash',
  'state',
  'userId',
  'ownerUserId',
  'csrfToken',
  'createdAt',
  'seq',
  'prevHash',
  '__proto__x',
  'noSuchMember',
];

describe('every row × bad requests', () => {
  const insider = async (): Promise<(row: Row) => Client> => {
    const { people } = await staged('private');
    return (row) => (row.access === 'ops' || row.access === 'operator' ? people.operator : people.commissioner);
  };

  test('no body takes a member that its row does not have', async (context) => {
    const who = await insider();
    const { ids } = await staged('private');
    let tried = 0;
    for (const row of rows) {
      const path = fill(row, ids);
      if (bodyOf(row, path) === undefined || isOfLeague(row.access)) {
        continue;
      }
      const body = Object.fromEntries(FOREIGN.map((name) => [name, 1]));
      const reply = await who(row).call(row.method, path, body, {});
      assert.equal(reply.status, 422, `${keyOf(row)}: ${reply.status}`);
      const named = new Set(reply.body.errors.map((fault: Json) => fault.at));
      const taken = FOREIGN.filter((name) => !named.has(`/${name}`));
      tried += FOREIGN.length;
      assert.deepEqual(taken.filter((name) => !MEMBERS[row.name]?.includes(name)), [], keyOf(row));
    }
    context.diagnostic(`${tried} members`);
    assert(tried >= 200, `${tried}`);
  });

  /* Bodies that have such a member by right; what is wrong about it then is its value. */
  const MEMBERS: Record<string, string[]> = { disableUser: ['userId'] };

  const KINDS: Record<string, (row: Row, path: string, client: Client) => Promise<Reply>> = {
    'an unknown parameter': (row, path, client) =>
      client.call(row.method, path, bodyOf(row, path), { query: { noSuchParameter: 1 } }),
    'a broken escape': (row, path, client) => client.call(row.method, `${path}?a=%zz`, bodyOf(row, path), {}),
    'a token of nobody': (row, path) => {
      const robot = new Client();
      robot.token = `aft_${'x'.repeat(43)}`;
      return robot.call(row.method, path, bodyOf(row, path), { query: { noSuchParameter: 1 } });
    },
    'a body that is no JSON': (row, path, client) =>
      client.call(row.method, path, undefined, { raw: '{"half":', query: { noSuchParameter: 1 } }),
    'a method it does not have': (_, path, client) => client.call('PROPFIND', path, undefined, {}),
    'too long a header': (row, path, client) =>
      client.send(row.method, path, undefined, { headers: { 'X-Long': 'x'.repeat(40_000) } }),
  };

  for (const [kind, ask] of Object.entries(KINDS)) {
    test(`${kind} is refused by every row with a problem document`, async () => {
      const who = await insider();
      const { ids } = await staged('private');
      for (const row of rows) {
        const path = fill(row, ids);
        const reply = await ask(row, path, who(row));
        const what = `${keyOf(row)}: ${reply.status} ${reply.bytes.toString('utf8').slice(0, 300)}`;
        assert(reply.status >= 400 && reply.status < 500, what);
        assert.equal(reply.headers['content-type'], 'application/problem+json', what);
        const { type, title, status, requestId, instance } = reply.body;
        assert(type.startsWith('/problems/') && title.length > 0 && status === reply.status, what);
        assert(requestId === reply.headers['x-request-id'], what);
        assert(instance === undefined || typeof instance === 'string', what);
        assert(!/select |insert |src\/|\.c:\d/.test(reply.bytes.toString('utf8')), what);
      }
    });
  }
});

describe('writes that another site asks for', () => {
  /* Other areas count on there being one operator only. */
  after(async () => {
    const { client } = await operator();
    for (const userId of bareOperators) {
      ok(await client.post('/api/admin/disable-user', { userId, reason: 'the test is over' }));
    }
  });

  const port = new URL(new Client().url).port;
  const TRICKS: Record<string, (client: Client, other: Client) => Record<string, string>> = {
    'no token': () => ({}),
    'an empty token': () => ({ 'X-CSRF-Token': '' }),
    'the token of another session': (_, other) => ({ 'X-CSRF-Token': other.csrf ?? '' }),
    'a token cut short': (client) => ({ 'X-CSRF-Token': (client.csrf ?? '').slice(0, -1) }),
    'a token of the right length': () => ({ 'X-CSRF-Token': '0'.repeat(64) }),
    'the token in another header': (client) => ({ 'X-XSRF-Token': client.csrf ?? '' }),
    'a cross-site fetch': (client) => ({ 'X-CSRF-Token': client.csrf ?? '', 'Sec-Fetch-Site': 'cross-site' }),
    'another origin': (client) => ({ 'X-CSRF-Token': client.csrf ?? '', Origin: 'https://evil.example' }),
    'the origin null': (client) => ({ 'X-CSRF-Token': client.csrf ?? '', Origin: 'null' }),
    'an origin that begins alike': (client) => ({
      'X-CSRF-Token': client.csrf ?? '',
      Origin: `https://127.0.0.1:${port}.evil.example`,
    }),
  };

  test('every write × every trick is refused, and the session is as it was', async (context) => {
    const ada = await register('Target');
    const other = await person('Csrf2');
    let cells = 0;
    for (const row of rows.filter(({ method }) => method !== 'GET')) {
      const path = fill(row, {});
      for (const [trick, headers] of Object.entries(TRICKS)) {
        const reply = await ada.client.call(row.method, path, bodyOf(row, path), {
          headers: headers(ada.client, other.client),
          withoutCsrf: true,
        });
        assert.equal(reply.status, 403, `${keyOf(row)} with ${trick}: ${reply.status}`);
        refused(reply, 'csrf');
        cells += 1;
      }
    }
    ok(await ada.client.get('/api/auth/me'));
    context.diagnostic(`${cells} cells`);
  });

  test('a form cannot be sent as a body', async () => {
    const ada = await person('Csrf');
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain', '']) {
      const headers = { 'Content-Type': type };
      const reply = await ada.client.call('POST', '/api/leagues', undefined, { raw: '{"name":"x"}', headers });
      refused(reply, 'media-type');
    }
  });

  test('our own page may write', async () => {
    const ada = await person('Csrf');
    const origin = { Origin: `https://127.0.0.1:${port}`, 'Sec-Fetch-Site': 'same-origin' };
    ok(await ada.client.delete('/api/auth/sessions', undefined, { headers: origin }));
  });
});
