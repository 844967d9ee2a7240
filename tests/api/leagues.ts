import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, type Json, ok, places, refused } from './lib/client.js';
import { root } from './lib/harness.js';
import { SMALL, fullLeague, makeLeague, readLeague, smallLeague } from './lib/leagues.js';
import { person } from './lib/people.js';

const nobody = new Client();

interface Setting {
    name: string;
    kind: string;
    least: number;
    most: number;
    isNullable: boolean;
    words: string[];
}

/* The bounds come from the table the program is built from, so that no setting is left out. */
const table: Setting[] = [
    ...readFileSync(join(root, 'src/league/settings.def'), 'utf8').matchAll(
        /SETTING\((\w+), \w+, (\w+), (\d+), (\d+), (true|false), \w+,\s*"([^"]*)"/g,
    ),
].map(([, name = '', kind = '', least, most, nullable, words = '']) => ({
    name, kind, least: Number(least), most: Number(most), isNullable: nullable === 'true',
    words: words.split(' ').map((word) => word.split('=')[0] ?? ''),
}));

/* Settings whose bounds others move: they get their own tests. */
const ENTWINED = ['maxTeams', 'startWeek', 'playoffStartWeek', 'playoffTeams', 'playoffRoundType', 'tradeDeadlineWeek',
    'tradeVetoVotes', 'tradeReview', 'faabMinBid', 'faabBudget'];

describe('making a league', () => {
    test('without a word about settings it has the usual ones', async () => {
        const ada = await person('Ada');
        const league = await makeLeague(ada.client, { name: 'Defaults', teamName: 'First' });
        assert.equal(league.state, 'setup');
        assert.equal(league.role, 'commissioner');
        assert.equal(league.teamCount, 1);
        assert.equal(league.maxTeams, 12);
        assert.equal(league.scoringPreset, 'half');
        assert.equal(league.visibility, 'private');
        assert.equal(league.isSample, true);
        assert.deepEqual(league.settings.rosterSlots, [
            { slot: 'QB', count: 1 }, { slot: 'RB', count: 2 }, { slot: 'WR', count: 2 }, { slot: 'TE', count: 1 },
            { slot: 'FLEX', count: 1 }, { slot: 'K', count: 1 }, { slot: 'DEF', count: 1 }, { slot: 'BN', count: 6 },
            { slot: 'IR', count: 1 },
        ]);
        const [team] = league.teams;
        assert.equal(team.id, league.myTeamId);
        assert.equal(team.name, 'First');
        assert.equal(team.ownerUserId, ada.id);
        assert.deepEqual(team.managers, ['Ada']);
        assert.deepEqual(await readLeague(ada.client, league.id), league);
    });

    test('a league of a season that is over stands a week before its first game', async () => {
        const ada = await person('Ada');
        const { replayAt, weeks } = await makeLeague(ada.client);
        assert.equal(Date.parse(weeks[0].startsAt) - Date.parse(replayAt), 7 * 86_400_000);
    });

    test('the presets pay what their names say for a reception', async () => {
        const ada = await person('Ada');
        for (const [preset, points] of [['standard', undefined], ['half', 0.5], ['ppr', 1]] as const) {
            const { settings } = await makeLeague(ada.client, { settings: { preset } });
            assert.equal(settings.preset, preset);
            const rule = settings.scoringRules.find((each: Json) => /^rec(eptions)?$/.test(each.stat));
            assert.equal(rule?.points, points, preset);
        }
    });

    test('scoring rules of one’s own are kept as they are and make it custom', async () => {
        const ada = await person('Ada');
        const given = (await makeLeague(ada.client)).settings.scoringRules.slice(0, 3);
        given[0] = { ...given[0], points: 0.123456 };
        const { settings } = await makeLeague(ada.client, { settings: { scoringRules: given } });
        assert.equal(settings.preset, 'custom');
        const order = (rules: Json[]) => rules.map((rule) => JSON.stringify(Object.entries(rule).sort())).sort();
        assert.deepEqual(order(settings.scoringRules), order(given));
    });

    test('every setting that is out of its bounds is named, all at once', async () => {
        assert(table.length >= 25, 'the table of settings was read');
        const ada = await person('Ada');
        const wrong = (pick: (setting: Setting) => unknown) =>
            Object.fromEntries(table.map((setting) => [setting.name, pick(setting)]));
        const tries = [
            wrong((s) => (s.kind === 'COUNT' ? s.most + 1 : s.kind === 'SWITCH' ? 'yes' : 'nonsense')),
            wrong((s) => (s.kind === 'COUNT' ? s.least - 1 : s.kind === 'SWITCH' ? 1 : 0)),
            wrong((s) => (s.kind === 'COUNT' ? 2.5 : s.kind === 'SWITCH' ? 0 : '')),
            wrong((s) => (s.kind === 'COUNT' ? '3' : [])),
        ];
        for (const settings of tries) {
            const problem = refused(await ada.client.post('/api/leagues', { name: 'X', settings }), 'invalid', 'settings');
            assert.deepEqual(places(problem), table.map(({ name }) => `/settings/${name}`).sort());
        }
        const nulls = wrong(() => null);
        const problem = refused(await ada.client.post('/api/leagues', { name: 'X', settings: nulls }), 'invalid', 'settings');
        const strict = table.filter((setting) => !setting.isNullable).map(({ name }) => `/settings/${name}`);
        assert.deepEqual(places(problem), strict.sort());
    });

    test('what is no single value is checked too: slots, rules, words', async () => {
        const ada = await person('Ada');
        const problem = refused(
            await ada.client.post('/api/leagues', {
                name: 'X',
                settings: {
                    rosterSlots: [{ slot: 'XX', count: 1 }, { slot: 'QB', count: 99 }],
                    scoringRules: [{ stat: 'nonsense', points: 1 }, { points: 2 }],
                    preset: 'house', tiebreak: 'coin', draftKind: 'auction',
                    secondsPerPick: 1, irStatuses: ['tired'], unknownSetting: 1,
                },
            }),
            'invalid', 'settings',
        );
        const roots = [...new Set(places(problem).map((at) => at.split('/')[2]))].sort();
        assert.deepEqual(roots, ['draftKind', 'irStatuses', 'preset', 'rosterSlots', 'scoringRules', 'secondsPerPick',
            'tiebreak', 'unknownSetting']);
    });

    test('the bounds themselves are accepted', async () => {
        const ada = await person('Ada');
        const { id } = await makeLeague(ada.client);
        for (const setting of table.filter(({ name }) => !ENTWINED.includes(name))) {
            const values =
                setting.kind === 'COUNT' ? [setting.least, setting.most]
                : setting.kind === 'SWITCH' ? [true, false]
                : setting.words;
            for (const value of setting.isNullable ? [...values, null] : values) {
                const reply = await ada.client.patch(`/api/leagues/${id}`, { settings: { [setting.name]: value } });
                assert.equal(ok(reply).settings[setting.name], value, setting.name);
            }
        }
    });

    test('settings that do not fit together are refused', async () => {
        const ada = await person('Ada');
        const cases: [Json, string][] = [
            [{ playoffStartWeek: 18 }, 'playoffStartWeek'],
            [{ startWeek: 10, playoffStartWeek: 10 }, 'playoffStartWeek'],
            [{ maxTeams: 4, playoffTeams: 6 }, 'playoffTeams'],
            [{ playoffTeams: 1 }, 'playoffTeams'],
            [{ faabBudget: 10, faabMinBid: 11 }, 'faabMinBid'],
            [{ tradeDeadlineWeek: 22 }, 'tradeDeadlineWeek'],
            [{ tradeReview: 'vote', tradeVetoVotes: null }, 'tradeVetoVotes'],
            [{ maxTeams: 6, tradeReview: 'vote', tradeVetoVotes: 5 }, 'tradeVetoVotes'],
            [{ rosterSlots: [{ slot: 'BN', count: 5 }] }, 'rosterSlots'],
            [{ rosterSlots: [] }, 'rosterSlots'],
            [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
        ];
        for (const [settings, name] of cases) {
            const problem = refused(await ada.client.post('/api/leagues', { name: 'X', settings }), 'invalid', 'settings');
            assert.deepEqual(places(problem), [`/settings/${name}`], JSON.stringify(settings));
        }
    });

    test('a name that is none is refused, and a season without data', async () => {
        const ada = await person('Ada');
        for (const name of ['', '   ', 'x'.repeat(81), 'line\nbreak']) {
            const problem = refused(await ada.client.post('/api/leagues', { name }), 'invalid');
            assert.deepEqual(places(problem), ['/name'], JSON.stringify(name));
        }
        const future = refused(await ada.client.post('/api/leagues', { name: 'Future', season: 2150 }), 'invalid');
        assert.deepEqual(places(future), ['/season']);
        refused(await nobody.post('/api/leagues', { name: 'Nobody’s' }), 'sign-in-required');
    });

    test('names may hold any script', async () => {
        const ada = await person('Ada');
        for (const name of ['Ünïcode & <b>Söhne</b>', '日本リーグ', '🏈🏈', 'Робин \u0301 "quoted"']) {
            assert.equal((await makeLeague(ada.client, { name })).name, name);
        }
    });
});

describe('repeating a command', () => {
    test('with the same key there is one league, and the same answer', async () => {
        const ada = await person('Ada');
        const order = { name: 'Once', teamName: 'Only' };
        const key = { headers: { 'Idempotency-Key': 'make-once-0001' } };
        const replies = await Promise.all(Array.from({ length: 8 }, () => ada.client.post('/api/leagues', order, key)));
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
            const reply = await ada.client.post('/api/leagues', { name: 'X' }, { headers: { 'Idempotency-Key': key } });
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
        refused(await bob.client.post(`/api/leagues/${league.id}/join`, { ...wish, teamName: 'Again' }), 'already-member');
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
                client.post(`/api/leagues/${league.id}/join`, { inviteCode: code, teamName: name })),
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
        const { team } = ok(await bob.client.post(`/api/leagues/${league.id}/join`, { inviteCode: code, teamName: 'Orphans' }));
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
        assert.equal(ok(await bob.client.post(`/api/leagues/${league.id}/join`, { inviteCode: code })).team, null);
        const seen = await readLeague(bob.client, league.id);
        assert.equal(seen.role, 'viewer');
        assert.equal(seen.myTeamId, null);
        const { members } = ok(await bob.client.get(`/api/leagues/${league.id}/members`));
        assert.deepEqual(members.map((each: Json) => [each.displayName, each.role]), [['Ada', 'commissioner'], ['Bob', 'viewer']]);
    });
});

describe('changing a league', () => {
    test('teams get other names, abbreviations and crests', async () => {
        const ada = await person('Ada');
        const league = await makeLeague(ada.client);
        const change = { name: 'Night Owls', abbrev: 'OWL', crest: 11 };
        const team = ok(await ada.client.patch(`/api/teams/${league.myTeamId}`, change));
        assert.deepEqual({ name: team.name, abbrev: team.abbrev, crest: team.crest }, change);
        const bad = await ada.client.patch(`/api/teams/${league.myTeamId}`, { name: '', abbrev: 'TOOLONG', crest: 12 });
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
            const reply = await nobody.get(`/api/leagues/${league.id}/teams`, { headers: { 'If-None-Match': etag } });
            assert.equal(ok(reply).teams[0].name, `Name ${i}`);
            etag = String(reply.headers.etag);
            const again = await nobody.get(`/api/leagues/${league.id}/teams`, { headers: { 'If-None-Match': etag } });
            assert.equal(again.status, 304);
        }
    });

    test('a change to what is there already makes no event', async () => {
        const ada = await person('Ada');
        const league = await makeLeague(ada.client);
        const same = ok(await ada.client.patch(`/api/leagues/${league.id}`, { name: league.name, settings: league.settings }));
        assert.equal(same.seq, league.seq);
    });

    test('after the draft, settings that decide it stay', async () => {
        const league = await smallLeague({ name: 'Settled' });
        const { client } = league.commissioner;
        const settings = { maxTeams: 6, draftKind: 'linear', rosterSlots: [{ slot: 'QB', count: 2 }], faabBudget: 7 };
        const problem = refused(await client.patch(`/api/leagues/${league.id}`, { settings }), 'invalid', 'settings');
        assert.deepEqual(places(problem), ['/settings/draftKind', '/settings/faabBudget', '/settings/maxTeams', '/settings/rosterSlots']);
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
        refused(await ada.client.post(`/api/draft/${league.draftId}/control`, { action: 'start' }), 'league-state');
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
                const page = ok(await reader.get(`/api/leagues/${league.id}/activity`, { query: { before: before ?? undefined, limit: 5 } }));
                assert(page.events.length <= 5);
                seqs.push(...page.events.map((event: Json) => event.seq));
                page.events.forEach((event: Json) => kinds.add(event.kind));
                before = page.nextBefore;
            } while (before !== null);
            return { seqs, kinds };
        };
        const all = await read(client);
        assert.deepEqual(all.seqs, [...all.seqs].sort((a, b) => b - a), 'newest first');
        assert.equal(new Set(all.seqs).size, all.seqs.length);
        const bob = await read((await person('Bob')).client);
        assert(all.kinds.has('invite.created'));
        assert(!bob.kinds.has('invite.created'), 'invitations are the commissioner’s');
        assert(bob.kinds.has('league.renamed') && bob.kinds.has('team.joined'));
    });
});
