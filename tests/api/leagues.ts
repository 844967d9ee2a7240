import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Json, ok, places, refused } from './lib/client.js';
import { fullLeague, makeLeague, readLeague, SMALL, smallLeague } from './lib/leagues.js';
import { person } from './lib/people.js';

const nobody = new Client();

describe('repeating a command', () => {
  test('with the same key there is one league, and the same answer', async () => {
    const ada = await person('Ada');
    const order = { name: 'Once', teamName: 'Only' };
    const key = { headers: { 'Idempotency-Key': 'make-once-0001' } };
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => ada.client.post('/api/leagues', order, key)),
    );
    const ids = replies.filter((reply) => reply.status === 201).map((reply) => reply.body.id);
    assert(ids.length >= 1);
    assert.equal(new Set(ids).size, 1);
    const again = await ada.client.post('/api/leagues', order, key);
    assert.equal(ok(again).id, ids[0]);
    const { leagues } = ok(await ada.client.get('/api/leagues', { query: { mine: true } }));
    assert.equal(leagues.filter((each: Json) => each.name === 'Once').length, 1);
  });

  test('with the same key and another wish it is refused', async () => {
    const ada = await person('Ada');
    const { id } = await makeLeague(ada.client);
    const key = { headers: { 'Idempotency-Key': 'rename-0001' } };
    const first = ok(await ada.client.patch(`/api/leagues/${id}`, { name: 'One' }, key));
    refused(await ada.client.patch(`/api/leagues/${id}`, { name: 'Two' }, key), 'conflict');
    const again = ok(await ada.client.patch(`/api/leagues/${id}`, { name: 'One' }, key));
    assert.equal(again.seq, first.seq);
  });

  test('a key is bounded, and one person’s keys are not another’s', async () => {
    const ada = await person('Ada');
    const bob = await person('Bob');
    for (const key of ['short', 'x'.repeat(81)]) {
      const reply = await ada.client.post(
        '/api/leagues',
        { name: 'X' },
        { headers: { 'Idempotency-Key': key } },
      );
      assert.deepEqual(places(refused(reply, 'invalid')), ['header:Idempotency-Key']);
    }
    const shared = { headers: { 'Idempotency-Key': 'both-say-this' } };
    const one = ok(await ada.client.post('/api/leagues', { name: 'Ada’s' }, shared));
    const two = ok(await bob.client.post('/api/leagues', { name: 'Bob’s' }, shared));
    assert.notEqual(one.id, two.id);
  });
});

describe('inviting and joining', () => {
  test('an invitation says where it leads and brings its bearer in, once', async () => {
    const [ada, bob, cyd] = await Promise.all(['Ada', 'Bob', 'Cyd'].map(person));
    assert(ada && bob && cyd);
    const league = await makeLeague(ada.client, { name: 'By invitation', settings: SMALL });
    const made = ok(await ada.client.post(`/api/leagues/${league.id}/invites`, {}));
    assert.match(made.code, /^[0-9a-hjkmnp-tv-z]{26}$/);
    assert(made.url.endsWith(`/join/${made.code}`), made.url);
    const left = Date.parse(made.expiresAt) - Date.now();
    assert(Math.abs(left - 14 * 86_400_000) < 60_000, 'two weeks');
    const shown = ok(await nobody.get(`/api/invites/${made.code}`));
    assert.equal(shown.league.name, 'By invitation');
    assert.equal(shown.invitedBy, 'Ada');
    assert.equal(shown.canMakeTeam, true);
    const wish = { inviteCode: made.code, teamName: 'Bears' };
    const joined = ok(await bob.client.post(`/api/leagues/${league.id}/join`, wish));
    assert.equal(joined.team.name, 'Bears');
    assert.deepEqual(joined.team.managers, ['Bob']);
    assert.equal((await readLeague(bob.client, league.id)).role, 'manager');
    refused(await cyd.client.post(`/api/leagues/${league.id}/join`, { ...wish, teamName: 'Late' }), 'invite');
    refused(
      await bob.client.post(`/api/leagues/${league.id}/join`, { ...wish, teamName: 'Again' }),
      'already-member',
    );
  });

  test('a code that is none opens nothing', async () => {
    const [ada, bob] = await Promise.all(['Ada', 'Bob'].map(person));
    assert(ada && bob);
    const league = await makeLeague(ada.client);
    const other = await makeLeague(ada.client);
    const { code } = ok(await ada.client.post(`/api/leagues/${other.id}/invites`, {}));
    for (const inviteCode of ['0'.repeat(26), 'nonsense', code, undefined]) {
      const reply = await bob.client.post(`/api/leagues/${league.id}/join`, { inviteCode, teamName: 'In' });
      assert([403, 404].includes(reply.status), `${inviteCode}: ${reply.status}`);
    }
    refused(await nobody.get(`/api/invites/${'0'.repeat(26)}`), 'not-found');
    refused(await nobody.post(`/api/leagues/${other.id}/join`, { inviteCode: code }), 'sign-in-required');
  });

  test('an invitation for one address is for nobody else', async () => {
    const [ada, bob, cyd] = await Promise.all(['Ada', 'Bob', 'Cyd'].map(person));
    assert(ada && bob && cyd);
    const league = await makeLeague(ada.client, { settings: SMALL });
    const { code } = ok(await ada.client.post(`/api/leagues/${league.id}/invites`, { email: bob.email }));
    const wish = { inviteCode: code, teamName: 'Bobs' };
    refused(await cyd.client.post(`/api/leagues/${league.id}/join`, wish), 'invite');
    ok(await bob.client.post(`/api/leagues/${league.id}/join`, wish));
  });

  test('two who want the last place at once do not both get it', async () => {
    const people = await Promise.all(['Ada', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay'].map(person));
    const [ada, ...others] = people;
    assert(ada);
    const league = await makeLeague(ada.client, { settings: SMALL });
    const { code } = ok(await ada.client.post(`/api/leagues/${league.id}/invites`, { uses: 10 }));
    const replies = await Promise.all(
      others.map(({ client, name }) =>
        client.post(`/api/leagues/${league.id}/join`, { inviteCode: code, teamName: name }),
      ),
    );
    assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 201, 201, 409, 409]);
    for (const reply of replies.filter(({ status }) => status === 409)) {
      refused(reply, 'league-full');
    }
    const { teams } = await readLeague(ada.client, league.id);
    assert.equal(teams.length, 4);
  });

  test('a team’s name is taken once, whatever its case', async () => {
    const [ada, bob] = await Promise.all(['Ada', 'Bob'].map(person));
    assert(ada && bob);
    const league = await makeLeague(ada.client, { teamName: 'Bears' });
    const { code } = ok(await ada.client.post(`/api/leagues/${league.id}/invites`, {}));
    const wish = { inviteCode: code, teamName: 'bears' };
    refused(await bob.client.post(`/api/leagues/${league.id}/join`, wish), 'name-taken');
    ok(await bob.client.post(`/api/leagues/${league.id}/join`, { ...wish, teamName: 'Wolves' }));
  });

  test('a public league that is open needs no invitation; one that is not does', async () => {
    const [ada, bob] = await Promise.all(['Ada', 'Bob'].map(person));
    assert(ada && bob);
    const open = await makeLeague(ada.client, { settings: { visibility: 'public', openToJoin: true } });
    ok(await bob.client.post(`/api/leagues/${open.id}/join`, { teamName: 'Walk-ins' }));
    const closed = await makeLeague(ada.client, { settings: { visibility: 'public', openToJoin: false } });
    refused(await bob.client.post(`/api/leagues/${closed.id}/join`, { teamName: 'Walk-ins' }), 'invite');
  });

  test('who leaves gives up the team, and another can take it over', async () => {
    const [ada, bob, cyd] = await Promise.all(['Ada', 'Bob', 'Cyd'].map(person));
    assert(ada && bob && cyd);
    const league = await makeLeague(ada.client, { settings: SMALL });
    const { code } = ok(await ada.client.post(`/api/leagues/${league.id}/invites`, { uses: 1 }));
    const { team } = ok(
      await bob.client.post(`/api/leagues/${league.id}/join`, { inviteCode: code, teamName: 'Orphans' }),
    );
    ok(await bob.client.post(`/api/leagues/${league.id}/leave`));
    refused(await bob.client.get(`/api/leagues/${league.id}`), 'not-found');
    assert.equal(ok(await ada.client.post(`/api/leagues/${league.id}/fill`)).added, 2);
    const second = ok(await ada.client.post(`/api/leagues/${league.id}/invites`, { teamId: team.id }));
    const shown = ok(await cyd.client.get(`/api/invites/${second.code}`));
    assert.equal(shown.canMakeTeam, false);
    assert(shown.openTeams.some((each: Json) => each.id === team.id));
    const taken = ok(await cyd.client.post(`/api/leagues/${league.id}/join`, { inviteCode: second.code }));
    assert.deepEqual(taken.team, { ...team, managers: ['Cyd'] });
    refused(await ada.client.post(`/api/leagues/${league.id}/leave`), 'forbidden');
  });

  test('who is invited to look looks, and has no team', async () => {
    const [ada, bob] = await Promise.all(['Ada', 'Bob'].map(person));
    assert(ada && bob);
    const league = await makeLeague(ada.client);
    const { code } = ok(await ada.client.post(`/api/leagues/${league.id}/invites`, { role: 'viewer' }));
    assert.equal(
      ok(await bob.client.post(`/api/leagues/${league.id}/join`, { inviteCode: code })).team,
      null,
    );
    const seen = await readLeague(bob.client, league.id);
    assert.equal(seen.role, 'viewer');
    assert.equal(seen.myTeamId, null);
    const { members } = ok(await bob.client.get(`/api/leagues/${league.id}/members`));
    assert.deepEqual(
      members.map((each: Json) => [each.displayName, each.role]),
      [
        ['Ada', 'commissioner'],
        ['Bob', 'viewer'],
      ],
    );
  });
});

describe('changing a league', () => {
  test('teams get other names, abbreviations and crests', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client);
    const change = { name: 'Night Owls', abbrev: 'OWL', crest: 11 };
    const team = ok(await ada.client.patch(`/api/teams/${league.myTeamId}`, change));
    assert.deepEqual({ name: team.name, abbrev: team.abbrev, crest: team.crest }, change);
    const bad = await ada.client.patch(`/api/teams/${league.myTeamId}`, {
      name: '',
      abbrev: 'TOOLONG',
      crest: 12,
    });
    assert.deepEqual(places(refused(bad, 'invalid')), ['/abbrev', '/crest', '/name']);
    const { teams } = ok(await ada.client.get(`/api/leagues/${league.id}/teams`));
    assert.equal(teams[0].name, 'Night Owls');
  });

  test('what is changed is seen by the very next request, cached or not', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { settings: { visibility: 'public' } });
    let etag = '';
    for (let i = 0; i < 20; i++) {
      ok(await ada.client.patch(`/api/teams/${league.myTeamId}`, { name: `Name ${i}` }));
      const reply = await nobody.get(`/api/leagues/${league.id}/teams`, {
        headers: { 'If-None-Match': etag },
      });
      assert.equal(ok(reply).teams[0].name, `Name ${i}`);
      etag = String(reply.headers.etag);
      const again = await nobody.get(`/api/leagues/${league.id}/teams`, {
        headers: { 'If-None-Match': etag },
      });
      assert.equal(again.status, 304);
    }
  });

  test('a change to what is there already makes no event', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client);
    const same = ok(
      await ada.client.patch(`/api/leagues/${league.id}`, { name: league.name, settings: league.settings }),
    );
    assert.equal(same.seq, league.seq);
  });

  test('after the draft, settings that decide it stay', async () => {
    const league = await smallLeague({ name: 'Settled' });
    const { client } = league.commissioner;
    const settings = {
      maxTeams: 6,
      draftKind: 'linear',
      rosterSlots: [{ slot: 'QB', count: 2 }],
      faabBudget: 7,
    };
    const problem = refused(
      await client.patch(`/api/leagues/${league.id}`, { settings }),
      'invalid',
      'settings',
    );
    assert.deepEqual(places(problem), [
      '/settings/draftKind',
      '/settings/faabBudget',
      '/settings/maxTeams',
      '/settings/rosterSlots',
    ]);
    ok(await client.patch(`/api/leagues/${league.id}`, { settings: { lockRule: 'first_game' } }));
    refused(await client.delete(`/api/leagues/${league.id}`, { confirmName: 'Settled' }), 'league-state');
  });

  test('a league goes only when its name is said letter by letter', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { name: 'Short-lived' });
    refused(await ada.client.delete(`/api/leagues/${league.id}`, { confirmName: 'short-lived' }), 'invalid');
    ok(await ada.client.delete(`/api/leagues/${league.id}`, { confirmName: 'Short-lived' }));
    refused(await ada.client.get(`/api/leagues/${league.id}`), 'not-found');
  });

  test('a league that is not full cannot draft', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { settings: SMALL });
    refused(
      await ada.client.post(`/api/draft/${league.draftId}/control`, { action: 'start' }),
      'league-state',
    );
  });
});

describe('who sees which leagues', () => {
  test('lists hold public leagues and one’s own, and nothing else', async () => {
    const [ada, eve] = await Promise.all(['Ada', 'Eve'].map(person));
    assert(ada && eve);
    const secret = await makeLeague(ada.client, { name: 'Secret' });
    const open = await makeLeague(ada.client, { name: 'Open', settings: { visibility: 'public' } });
    const ids = async (client: Client, query = {}) =>
      ok(await client.get('/api/leagues', { query })).leagues.map((each: Json) => each.id);
    for (const client of [nobody, eve.client]) {
      const found = await ids(client);
      assert(found.includes(open.id));
      assert(!found.includes(secret.id));
    }
    const mine = await ids(ada.client, { mine: true });
    assert(mine.includes(secret.id) && mine.includes(open.id));
    assert(!(await ids(eve.client, { mine: true })).includes(open.id));
    assert.deepEqual(await ids(ada.client, { season: 2150 }), []);
  });

  test('a league that becomes private is gone for others at once, from the cache too', async () => {
    const ada = await person('Ada');
    const league = await makeLeague(ada.client, { settings: { visibility: 'public' } });
    const paths = ['', '/teams', '/standings', '/playoffs'].map((each) => `/api/leagues/${league.id}${each}`);
    for (const path of paths) {
      ok(await nobody.get(path));
      ok(await nobody.get(path));
    }
    ok(await ada.client.patch(`/api/leagues/${league.id}`, { settings: { visibility: 'private' } }));
    for (const path of paths) {
      refused(await nobody.get(path), 'sign-in-required');
      ok(await ada.client.get(path));
      refused(await nobody.get(path), 'sign-in-required');
    }
  });

  test('the feed pages backwards without a gap and hides what is for commissioners', async () => {
    const league = await fullLeague(['Ada', 'Bob', 'Cyd', 'Dan'], { settings: SMALL });
    const { client } = league.commissioner;
    for (let i = 0; i < 12; i++) {
      ok(await client.patch(`/api/leagues/${league.id}`, { name: `Feed ${i}` }));
    }
    const read = async (reader: Client) => {
      const seqs: number[] = [];
      const kinds = new Set<string>();
      let before: number | null | undefined;
      do {
        const page = ok(
          await reader.get(`/api/leagues/${league.id}/activity`, {
            query: { before: before ?? undefined, limit: 5 },
          }),
        );
        assert(page.events.length <= 5);
        seqs.push(...page.events.map((event: Json) => event.seq));
        for (const event of page.events) {
          kinds.add(event.kind);
        }
        before = page.nextBefore;
      } while (before !== null);
      return { seqs, kinds };
    };
    const all = await read(client);
    assert.deepEqual(
      all.seqs,
      [...all.seqs].sort((a, b) => b - a),
      'newest first',
    );
    assert.equal(new Set(all.seqs).size, all.seqs.length);
    const bob = await read((await person('Bob')).client);
    assert(all.kinds.has('invite.created'));
    assert(!bob.kinds.has('invite.created'), 'invitations are the commissioner’s');
    assert(bob.kinds.has('league.renamed') && bob.kinds.has('team.joined'));
  });
});
