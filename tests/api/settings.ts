import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, type Json, ok, places, refused } from './lib/client.js';
import { root } from './lib/harness.js';
import { makeLeague, readLeague } from './lib/leagues.js';
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
  name,
  kind,
  least: Number(least),
  most: Number(most),
  isNullable: nullable === 'true',
  words: words.split(' ').map((word) => word.split('=')[0] ?? ''),
}));

/* Settings whose bounds others move: they get their own tests. */
const ENTWINED = [
  'maxTeams',
  'startWeek',
  'playoffStartWeek',
  'playoffTeams',
  'playoffRoundType',
  'tradeDeadlineWeek',
  'tradeVetoVotes',
  'tradeReview',
  'faabMinBid',
  'faabBudget',
];

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
      { slot: 'QB', count: 1 },
      { slot: 'RB', count: 2 },
      { slot: 'WR', count: 2 },
      { slot: 'TE', count: 1 },
      { slot: 'FLEX', count: 1 },
      { slot: 'K', count: 1 },
      { slot: 'DEF', count: 1 },
      { slot: 'BN', count: 6 },
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
    for (const [preset, points] of [
      ['standard', undefined],
      ['half', 0.5],
      ['ppr', 1],
    ] as const) {
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
      const problem = refused(
        await ada.client.post('/api/leagues', { name: 'X', settings }),
        'invalid',
        'settings',
      );
      assert.deepEqual(places(problem), table.map(({ name }) => `/settings/${name}`).sort());
    }
    const nulls = wrong(() => null);
    const problem = refused(
      await ada.client.post('/api/leagues', { name: 'X', settings: nulls }),
      'invalid',
      'settings',
    );
    const strict = table.filter((setting) => !setting.isNullable).map(({ name }) => `/settings/${name}`);
    assert.deepEqual(places(problem), strict.sort());
  });

  test('what is no single value is checked too: slots, rules, words', async () => {
    const ada = await person('Ada');
    const problem = refused(
      await ada.client.post('/api/leagues', {
        name: 'X',
        settings: {
          rosterSlots: [
            { slot: 'XX', count: 1 },
            { slot: 'QB', count: 99 },
          ],
          scoringRules: [{ stat: 'nonsense', points: 1 }, { points: 2 }],
          preset: 'house',
          tiebreak: 'coin',
          draftKind: 'auction',
          secondsPerPick: 1,
          irStatuses: ['tired'],
          unknownSetting: 1,
        },
      }),
      'invalid',
      'settings',
    );
    const roots = [...new Set(places(problem).map((at) => at.split('/')[2]))].sort();
    assert.deepEqual(roots, [
      'draftKind',
      'irStatuses',
      'preset',
      'rosterSlots',
      'scoringRules',
      'secondsPerPick',
      'tiebreak',
      'unknownSetting',
    ]);
  });

  test('the bounds themselves are accepted', async () => {
    const ada = await person('Ada');
    const { id } = await makeLeague(ada.client);
    for (const setting of table.filter(({ name }) => !ENTWINED.includes(name))) {
      const values =
        setting.kind === 'COUNT'
          ? [setting.least, setting.most]
          : setting.kind === 'SWITCH'
            ? [true, false]
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
      const problem = refused(
        await ada.client.post('/api/leagues', { name: 'X', settings }),
        'invalid',
        'settings',
      );
      assert.deepEqual(places(problem), [`/settings/${name}`], JSON.stringify(settings));
    }
  });

  test('a name that is none is refused, and a season without data', async () => {
    const ada = await person('Ada');
    for (const name of ['', '   ', 'x'.repeat(81), 'line\nbreak']) {
      const problem = refused(await ada.client.post('/api/leagues', { name }), 'invalid');
      assert.deepEqual(places(problem), ['/name'], JSON.stringify(name));
    }
    const future = refused(
      await ada.client.post('/api/leagues', { name: 'Future', season: 2150 }),
      'invalid',
    );
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
