/* A week's statistics in the shorthand of a box score: "18/27 241 yd 2 TD, 4-31 rush". Pure. */

type Stats = Readonly<Record<string, unknown>>;

/* Each word, and the names it goes by: ours and those of the feeds. */
const words: readonly (readonly [label: string, ...names: string[]])[] = [
  ['pass yd', 'passingYards', 'passing_yards', 'pass_yd'],
  ['pass TD', 'passingTds', 'passing_tds', 'pass_td'],
  ['int', 'interceptions', 'passing_interceptions', 'pass_int'],
  ['rush yd', 'rushingYards', 'rushing_yards', 'rush_yd'],
  ['rush TD', 'rushingTds', 'rushing_tds', 'rush_td'],
  ['rec', 'receptions', 'rec'],
  ['rec yd', 'receivingYards', 'receiving_yards', 'rec_yd'],
  ['rec TD', 'receivingTds', 'receiving_tds', 'rec_td'],
  ['fum lost', 'fumblesLost', 'fumbles_lost', 'fum_lost'],
  ['FG', 'fgMade', 'fg_made', 'fgm'],
  ['XP', 'patMade', 'pat_made', 'xpm'],
  ['sacks', 'sacks', 'def_sacks', 'sack'],
  ['picks', 'defInterceptions', 'def_interceptions', 'int'],
  ['pts allowed', 'pointsAllowed', 'points_allowed', 'pts_allow'],
];

export function statWords(stats: Stats, print: (n: number) => string): string {
  const parts: string[] = [];
  for (const [label, ...names] of words) {
    const value = names.map((n) => stats[n]).find((x) => typeof x === 'number');
    if (typeof value === 'number' && value !== 0) parts.push(`${print(value)} ${label}`);
  }
  return parts.join(', ');
}
