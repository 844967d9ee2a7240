/* One matchup as its page shows it: the viewer's side on the left, every row with both points. Pure. */
import type { Line, Matchup, MatchupDoc, PlayerRef, Side } from '../../api/types';
import { sidesFor } from '../../lib/game';

export interface ViewRow {
  key: string;
  slot: string;
  left: Line | null;
  right: Line | null;
}

export interface MatchupView {
  matchup: Matchup;
  left: Side;
  right: Side | null;
  rows: ViewRow[];
  bench: ViewRow[];
}

/** Turns the document round when the viewer's team is the away side; null while the teams are not known. */
export function viewOf(doc: MatchupDoc, myTeamId: number | null): MatchupView | null {
  const { left, right, isFlipped } = sidesFor(doc.matchup, myTeamId);
  if (left === null) return null;
  const seen = new Map<string, number>();
  const rows = doc.rows.map((row) => {
    const nth = (seen.get(row.slot) ?? 0) + 1;
    seen.set(row.slot, nth);
    return {
      key: `${row.slot}-${nth}`,
      slot: row.slot,
      left: isFlipped ? row.away : row.home,
      right: isFlipped ? row.home : row.away,
    };
  });
  const leftBench = isFlipped ? doc.bench.away : doc.bench.home;
  const rightBench = isFlipped ? doc.bench.home : doc.bench.away;
  const bench = Array.from({ length: Math.max(leftBench.length, rightBench.length) }, (_, i) => ({
    key: `BN-${i}`,
    slot: 'BN',
    left: leftBench[i] ?? null,
    right: rightBench[i] ?? null,
  }));
  return { matchup: doc.matchup, left, right, rows, bench };
}

export interface Scorer {
  player: PlayerRef;
  points: number;
  side: 'left' | 'right';
  line: Line;
}

/** The best starters of both sides, highest first. */
export function topScorers(rows: readonly ViewRow[], most: number): Scorer[] {
  const all: Scorer[] = [];
  for (const row of rows) {
    if (row.left && row.left.points !== null)
      all.push({ player: row.left.player, points: row.left.points, side: 'left', line: row.left });
    if (row.right && row.right.points !== null)
      all.push({ player: row.right.player, points: row.right.points, side: 'right', line: row.right });
  }
  return all
    .filter((s) => s.points !== 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, most);
}

/** The points of a bench, null when nobody on it has any yet. */
export function benchPoints(lines: readonly (Line | null)[]): number | null {
  const known = lines.map((l) => l?.points ?? null).filter((p): p is number => p !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
}
