import { describe, expect, it } from 'vitest';
import { type Place, placeKey, places } from '../../src/lib/lineup';
import { isTarget, neighbour, type Pickup, step } from '../../src/lib/pickup';
import { line, lineup } from './samples';

const slot = (name: string): Place => ({ kind: 'slot', slot: name, ordinal: 1 });
const bench = (playerId: number): Place => ({ kind: 'bench', playerId });
const take = (held: Pickup, place: Place, l = lineup()) => step(l, held, { type: 'take', place });

describe('picking up and putting down', () => {
  it('picks up a player and knows where he may go', () => {
    const { next } = take(null, bench(4));
    expect(next?.targets.map(placeKey)).toEqual(['RB-1', 'FLEX-1']);
  });

  it('puts him down on a legal place and is idle again', () => {
    const { next } = take(null, bench(4));
    expect(take(next, slot('FLEX'))).toEqual({ next: null, drop: { from: bench(4), to: slot('FLEX') } });
  });

  it('lets go when the held player is pressed again', () => {
    const { next } = take(null, bench(4));
    expect(take(next, bench(4))).toEqual({ next: null });
  });

  it('takes the other player instead when the place is not legal', () => {
    const { next } = take(null, bench(4));
    const second = take(next, bench(6)).next;
    expect(second?.from).toEqual(bench(6));
  });

  it('says why nothing was picked up', () => {
    expect(take(null, slot('FLEX'))).toEqual({ next: null, refused: 'empty' });
    const l = lineup({ bench: [line(4, 'RB', { isLocked: true })] });
    expect(take(null, bench(4), l)).toEqual({ next: null, refused: 'locked' });
  });

  it('keeps holding when an empty slot is not a legal place', () => {
    const { next } = take(null, bench(6));
    expect(take(next, slot('FLEX'))).toEqual({ next, refused: 'illegal' });
  });

  it('cancels', () => {
    const { next } = take(null, bench(4));
    expect(step(lineup(), next, { type: 'cancel' })).toEqual({ next: null });
  });

  it('goes round the legal places only, the held place among them', () => {
    const l = lineup();
    const held = take(null, bench(4)).next;
    if (!held) throw new Error('nothing held');
    const order = places(l);
    const seen: string[] = [];
    let at: Place = held.from;
    for (let i = 0; i < 3; i++) {
      at = neighbour(held, order, at, 1);
      seen.push(placeKey(at));
    }
    expect(seen).toEqual(['RB-1', 'FLEX-1', 'bench-4']);
    expect(placeKey(neighbour(held, order, held.from, -1))).toBe('FLEX-1');
    expect(isTarget(held, slot('WR'))).toBe(false);
  });
});
