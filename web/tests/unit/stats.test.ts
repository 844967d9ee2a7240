import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/i18n/format';
import { shownKeys, statWords } from '../../src/lib/stats';

/* The server's own list: the second column of each STAT row. vitest runs in web/. */
const table = readFileSync(join(process.cwd(), '../src/rules/stat.def'), 'utf8');
const known = new Set([...table.matchAll(/^STAT\(\s*\w+,\s*"(\w+)"/gm)].map((m) => m[1]));

describe('a week in box-score words', () => {
  it('shows only statistics the server knows', () => {
    expect(known.size).toBe([...table.matchAll(/^STAT\(/gm)].length);
    expect(known.size).toBeGreaterThan(100);
    expect(shownKeys.filter((key) => !known.has(key))).toEqual([]);
  });
  it('speaks of a quarterback, a kicker and a defence as the server sends them', () => {
    expect(
      statWords(
        { carries: 6, attempts: 18, completions: 13, passing_tds: 2, passing_yards: 1156, first_downs: 11 },
        count,
      ),
    ).toBe('13/18 pass, 1,156 pass yd, 2 pass TD, 6 rush');
    expect(statWords({ fg_att: 1, pat_att: 3, pat_made: 3, fg_long: 50 }, count)).toBe('0/1 FG, 3/3 XP');
    expect(statWords({ team_sacks: 5, team_points_allowed: 9, team_fumble_recoveries: 1 }, count)).toBe(
      '9 pts allowed, 5 sacks, 1 fum rec',
    );
    expect(statWords({ def_tackles: 6, def_sacks: 1.5 }, count)).toBe('6 tackles, 1.5 sacks');
    expect(statWords({ carries: 3, rushing_yards: 9, def_tackles: 1 }, count)).toBe('3 rush, 9 rush yd');
    expect(statWords({ receptions: 7, targets: 9, receiving_yards: -3 }, count)).toBe('7/9 rec, -3 rec yd');
  });
  it('says nothing of nothing', () => {
    expect(statWords({}, count)).toBe('');
    expect(statWords({ carries: null, receptions: 'x' }, count)).toBe('');
  });
});
