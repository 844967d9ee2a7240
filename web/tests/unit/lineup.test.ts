import { describe, expect, it } from 'vitest';
import type { Lineup } from '../../src/api/types';
import {
  benchPlace,
  bodyOf,
  emptyCount,
  faultsOf,
  isLegal,
  legalPlaces,
  move,
  type Place,
  placeKey,
  places,
  playerAt,
} from '../../src/lib/lineup';
import { line, lineup } from './samples';

const slot = (name: string, ordinal = 1): Place => ({ kind: 'slot', slot: name, ordinal });
const bench = (playerId: number): Place => ({ kind: 'bench', playerId });
const sit: Place = { kind: 'sit' };
const everyone = (l: Lineup): number[] =>
  [...l.slots.flatMap((s) => s.player ?? []), ...l.bench, ...l.ir].map((p) => p.player.id).sort();

describe('moving players in a lineup', () => {
  it('puts a bench player into an empty slot that takes his position', () => {
    const after = move(lineup(), bench(4), slot('FLEX'));
    expect(playerAt(after, slot('FLEX'))?.player.id).toBe(4);
    expect(after.bench.map((p) => p.player.id)).toEqual([5, 6]);
  });

  it('swaps a starter with the bench player who takes his place', () => {
    const after = move(lineup(), bench(6), slot('QB'));
    expect(playerAt(after, slot('QB'))?.player.id).toBe(6);
    expect(after.bench.map((p) => p.player.id)).toEqual([4, 5, 1]);
  });

  it('swaps in the same way when the starter is the one picked up', () => {
    expect(bodyOf(move(lineup(), slot('QB'), bench(6)))).toEqual(
      bodyOf(move(lineup(), bench(6), slot('QB'))),
    );
  });

  it('moves a starter to an empty slot and leaves his own empty', () => {
    const after = move(lineup(), slot('RB'), slot('FLEX'));
    expect(playerAt(after, slot('FLEX'))?.player.id).toBe(2);
    expect(playerAt(after, slot('RB'))).toBeNull();
    expect(emptyCount(after)).toBe(1);
  });

  it('refuses a slot that does not take the position', () => {
    expect(isLegal(lineup(), bench(6), slot('FLEX'))).toBe(false);
    const before = lineup();
    expect(move(before, bench(6), slot('FLEX'))).toBe(before);
  });

  it('refuses a swap whose other half would be illegal', () => {
    const filled = move(lineup(), bench(5), slot('FLEX'));
    expect(isLegal(filled, slot('RB'), slot('FLEX'))).toBe(false);
    expect(isLegal(filled, slot('WR'), slot('FLEX'))).toBe(true);
  });

  it('never moves a locked player, neither as mover nor as the one displaced', () => {
    const l = lineup();
    const locked: Lineup = {
      ...l,
      slots: l.slots.map((s) => (s.slot === 'QB' ? { ...s, player: line(1, 'QB', { isLocked: true }) } : s)),
    };
    expect(legalPlaces(locked, slot('QB'))).toEqual([]);
    expect(isLegal(locked, bench(6), slot('QB'))).toBe(false);
  });

  it('lets a starter sit down and leave his slot empty, but a bench player only start', () => {
    expect(isLegal(lineup(), slot('QB'), sit)).toBe(true);
    expect(isLegal(lineup(), bench(4), sit)).toBe(false);
    expect(isLegal(lineup(), bench(4), bench(5))).toBe(false);
    expect(move(lineup(), slot('QB'), sit).bench.at(-1)?.player.id).toBe(1);
  });

  it('adds the projection up again', () => {
    expect(move(lineup(), bench(4), slot('RB')).projected).toBe(32.5);
  });

  it('keeps every player exactly once and every starter legal, whatever is moved', () => {
    /* A small deterministic generator: the same 2,000 moves on every run. */
    let seed = 20240922;
    const pick = (n: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 16) % n;
    };
    let l = lineup();
    const all = everyone(l);
    for (let i = 0; i < 2000; i++) {
      const from = places(l);
      const source = from[pick(from.length)] ?? sit;
      const targets = from[pick(from.length)] ?? sit;
      l = move(l, source, targets);
      expect(everyone(l)).toEqual(all);
      for (const s of l.slots) if (s.player) expect(s.eligible).toContain(s.player.player.position);
    }
  });

  it('offers exactly the moves it would carry out', () => {
    const l = lineup();
    for (const from of places(l))
      for (const to of places(l))
        expect(move(l, from, to) !== l).toBe(legalPlaces(l, from).some((p) => placeKey(p) === placeKey(to)));
  });
});

describe('what is sent and what comes back', () => {
  it('names every slot, the empty ones with null', () => {
    expect(bodyOf(lineup())).toEqual({
      week: 3,
      slots: [
        { slot: 'QB', ordinal: 1, playerId: 1 },
        { slot: 'RB', ordinal: 1, playerId: 2 },
        { slot: 'WR', ordinal: 1, playerId: 3 },
        { slot: 'FLEX', ordinal: 1, playerId: null },
      ],
    });
  });

  it('puts each fault at the slot it speaks of and the others aside', () => {
    const { bySlot, rest } = faultsOf(lineup(), [
      { at: '/slots/1', message: 'locked' },
      { at: '/slots/3/playerId', message: 'not eligible' },
      { at: '/slots/99', message: 'no such slot' },
      { at: '/week', message: 'over' },
    ]);
    expect([...bySlot]).toEqual([
      ['RB-1', 'locked'],
      ['FLEX-1', 'not eligible'],
    ]);
    expect(rest).toEqual(['no such slot', 'over']);
  });

  it('gives each bench player a place of his own', () => {
    expect(new Set(lineup().bench.map((p) => placeKey(benchPlace(p)))).size).toBe(3);
  });
});
