/* A week's statistics in the shorthand of a box score: "13/18 pass, 156 pass yd, 2 pass TD". Pure. The keys are
   those of src/rules/stat.def; what is zero is left out by the server. */

type Stats = Readonly<Record<string, unknown>>;

/* In the order they are said; `of` is what was tried. A defender's are left out of a passer's or runner's week. */
const words: readonly { key: string; of?: string; label: string; isDefender?: true }[] = [
  { key: 'completions', of: 'attempts', label: 'pass' },
  { key: 'passing_yards', label: 'pass yd' },
  { key: 'passing_tds', label: 'pass TD' },
  { key: 'passing_interceptions', label: 'int' },
  { key: 'carries', label: 'rush' },
  { key: 'rushing_yards', label: 'rush yd' },
  { key: 'rushing_tds', label: 'rush TD' },
  { key: 'receptions', of: 'targets', label: 'rec' },
  { key: 'receiving_yards', label: 'rec yd' },
  { key: 'receiving_tds', label: 'rec TD' },
  { key: 'special_teams_tds', label: 'return TD' },
  { key: 'fumbles_lost', label: 'fum lost' },
  { key: 'fg_made', of: 'fg_att', label: 'FG' },
  { key: 'pat_made', of: 'pat_att', label: 'XP' },
  { key: 'def_tackles', label: 'tackles', isDefender: true },
  { key: 'def_sacks', label: 'sacks', isDefender: true },
  { key: 'def_interceptions', label: 'picks', isDefender: true },
  { key: 'def_tds', label: 'def TD', isDefender: true },
  { key: 'team_points_allowed', label: 'pts allowed' },
  { key: 'team_yards_allowed', label: 'yd allowed' },
  { key: 'team_sacks', label: 'sacks' },
  { key: 'team_interceptions', label: 'picks' },
  { key: 'team_fumble_recoveries', label: 'fum rec' },
  { key: 'team_safeties', label: 'safeties' },
  { key: 'team_blocked_kicks', label: 'blocks' },
  { key: 'team_def_tds', label: 'def TD' },
  { key: 'team_st_tds', label: 'return TD' },
];

/** Every statistic that may be shown. */
export const shownKeys: readonly string[] = words.flatMap((w) => (w.of ? [w.key, w.of] : [w.key]));

export function statWords(stats: Stats, print: (n: number) => string): string {
  const value = (key: string): number => (typeof stats[key] === 'number' ? stats[key] : 0);
  const carriesBall = value('attempts') + value('carries') + value('targets') > 0;
  const parts: string[] = [];
  for (const { key, of, label, isDefender } of words) {
    if (isDefender && carriesBall) continue;
    const tried = of ? value(of) : 0;
    if (tried > 0) parts.push(`${print(value(key))}/${print(tried)} ${label}`);
    else if (value(key) !== 0) parts.push(`${print(value(key))} ${label}`);
  }
  return parts.join(', ');
}
