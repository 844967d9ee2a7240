import { describe, expect, it } from 'vitest';
import type { DraftDoc, DraftPick, PlayerRef } from '../../src/api/types';
import {
  boardRows,
  clockText,
  nearRounds,
  pickLabel,
  rosterPlaces,
  takenIds,
  upcoming,
} from '../../src/lib/draft';
import { shortName } from '../../src/ui/player';

const player = (id: number, position: PlayerRef['position'], name = `Player ${id}`): PlayerRef => ({
  id,
  name,
  firstName: null,
  lastName: null,
  position,
  nflTeam: 'KC',
  jersey: null,
  injuryStatus: null,
  isSample: false,
});
const team = (id: number) => ({ id, name: `Team ${id}`, abbrev: `T${id}`, crest: 0, managers: [] });

/* A snake of three teams and two rounds, at its fourth pick. */
const snake = [7, 8, 9, 9, 8, 7];
const doc = {
  rounds: 2,
  currentPick: 4,
  order: [7, 8, 9].map((id) => ({ ...team(id), isAutopick: false })),
  picks: snake.map(
    (id, i): DraftPick => ({
      number: i + 1,
      round: i < 3 ? 1 : 2,
      team: team(id),
      player: i < 3 ? player(100 + i, 'RB') : null,
      madeAt: null,
      madeBy: null,
      autoReason: null,
    }),
  ),
} as unknown as DraftDoc;

describe('the draft board', () => {
  it('names a pick by its round and its place in it', () => {
    expect([1, 12, 13, 42].map((n) => pickLabel(n, 12))).toEqual(['1.01', '1.12', '2.01', '4.06']);
  });
  it('keeps each team in its column when the snake turns', () => {
    expect(boardRows(doc).map((r) => r.cells.map((c) => c?.number))).toEqual([
      [1, 2, 3],
      [6, 5, 4],
    ]);
    expect(boardRows({ ...doc, picks: [] }).map((r) => r.cells)).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
  });
  it('shows five rounds around the current one, never past the ends', () => {
    const rows = Array.from({ length: 15 }, (_, i) => ({ round: i + 1, cells: [] }));
    const rounds = (at: number) => nearRounds(rows, at).map((r) => r.round);
    expect(rounds(1)).toEqual([1, 2, 3, 4, 5]);
    expect(rounds(8)).toEqual([6, 7, 8, 9, 10]);
    expect(rounds(15)).toEqual([11, 12, 13, 14, 15]);
    expect(nearRounds(rows.slice(0, 2), 2)).toHaveLength(2);
  });
  it('knows who is gone and who picks next', () => {
    expect([...takenIds(doc)]).toEqual([100, 101, 102]);
    expect(upcoming(doc, 9).map((p) => p.team.id)).toEqual([8, 7]);
    expect(upcoming({ ...doc, currentPick: null }, 9)).toEqual([]);
  });
});

describe('a drafted roster', () => {
  const slots = [
    { slot: 'RB', count: 1 },
    { slot: 'FLEX', count: 1 },
    { slot: 'SUPER_FLEX', count: 1 },
    { slot: 'BN', count: 1 },
    { slot: 'IR', count: 2 },
  ] as const;
  const placed = (...positions: PlayerRef['position'][]) =>
    rosterPlaces(
      [...slots],
      positions.map((p, i) => player(i + 1, p)),
    ).map((p) => `${p.slot} ${p.player?.id ?? '-'}`);
  it('fills own places first, then flexible ones, then the bench, and loses nobody', () => {
    expect(placed()).toEqual(['RB -', 'FLEX -', 'SUPER_FLEX -', 'BN -']);
    expect(placed('RB', 'RB', 'QB')).toEqual(['RB 1', 'FLEX 2', 'SUPER_FLEX 3', 'BN -']);
    expect(placed('QB', 'QB', 'QB')).toEqual(['RB -', 'FLEX -', 'SUPER_FLEX 1', 'BN 2', 'BN 3']);
  });
});

describe('words of a draft', () => {
  it('prints the clock', () => {
    expect([42_000, 41_001, 90_000, 3_900_000, -5].map(clockText)).toEqual([
      '0:42',
      '0:42',
      '1:30',
      '1:05:00',
      '0:00',
    ]);
  });
  it('shortens a name whose parts are not told', () => {
    expect(shortName(player(1, 'WR', 'Amon-Ra St. Brown'))).toBe('A. St. Brown');
    expect(shortName(player(1, 'DEF', 'Denver Broncos'))).toBe('Denver Broncos');
    expect(shortName(player(1, 'RB', 'Cher'))).toBe('Cher');
  });
});
