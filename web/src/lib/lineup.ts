/* The line-up as a board of places, and which moves between them are legal. Pure: the server decides in the end,
   by its own clock; this only keeps the editor from offering what would be refused. */
import type { Fault } from '../api/problem';
import type { LinePlayer, Lineup, LineupBody, LineupSlot, LineupSlotName } from '../api/types';

export type Place =
  | { readonly kind: 'slot'; readonly slot: string; readonly ordinal: number }
  | { readonly kind: 'bench'; readonly playerId: number }
  /* The free space at the end of the bench: a starter dropped there leaves his slot empty. */
  | { readonly kind: 'sit' };

export function placeKey(place: Place): string {
  if (place.kind === 'slot') return `${place.slot}-${place.ordinal}`;
  return place.kind === 'bench' ? `bench-${place.playerId}` : 'sit';
}

export const slotPlace = (s: LineupSlot): Place => ({ kind: 'slot', slot: s.slot, ordinal: s.ordinal });
export const benchPlace = (p: LinePlayer): Place => ({ kind: 'bench', playerId: p.player.id });
export const isSamePlace = (a: Place, b: Place): boolean => placeKey(a) === placeKey(b);

const slotAt = (lineup: Lineup, place: Place): LineupSlot | null =>
  place.kind === 'slot'
    ? (lineup.slots.find((s) => s.slot === place.slot && s.ordinal === place.ordinal) ?? null)
    : null;

export function playerAt(lineup: Lineup, place: Place): LinePlayer | null {
  if (place.kind === 'bench') return lineup.bench.find((p) => p.player.id === place.playerId) ?? null;
  return slotAt(lineup, place)?.player ?? null;
}

export const fits = (slot: LineupSlot, player: LinePlayer): boolean =>
  slot.eligible.includes(player.player.position);

export const isLockedAt = (lineup: Lineup, place: Place): boolean =>
  playerAt(lineup, place)?.isLocked ?? false;

/** Every place of the line-up in reading order: slots, then bench, then the free bench space. */
export function places(lineup: Lineup): Place[] {
  return [...lineup.slots.map(slotPlace), ...lineup.bench.map(benchPlace), { kind: 'sit' }];
}

/** May the player at `from` go to `to`, his opposite number coming back? */
export function isLegal(lineup: Lineup, from: Place, to: Place): boolean {
  const mover = playerAt(lineup, from);
  if (mover === null || mover.isLocked || isSamePlace(from, to)) return false;
  const source = slotAt(lineup, from);
  if (to.kind === 'sit') return source !== null;
  const other = playerAt(lineup, to);
  if (other?.isLocked) return false;
  const target = slotAt(lineup, to);
  if (target !== null)
    return fits(target, mover) && (other === null || source === null || fits(source, other));
  return source !== null && other !== null && fits(source, other);
}

export const legalPlaces = (lineup: Lineup, from: Place): Place[] =>
  places(lineup).filter((to) => isLegal(lineup, from, to));

const sum = (values: readonly (number | null | undefined)[]): number | null => {
  const known = values.filter((v): v is number => typeof v === 'number');
  return known.length === 0 ? null : Math.round(known.reduce((a, b) => a + b, 0) * 100) / 100;
};

/** The line-up after the move, with its totals; the same object when the move is not legal. */
export function move(lineup: Lineup, from: Place, to: Place): Lineup {
  if (!isLegal(lineup, from, to)) return lineup;
  const mover = playerAt(lineup, from);
  const other = playerAt(lineup, to);
  const slots = lineup.slots.map((s) => {
    const here = slotPlace(s);
    if (isSamePlace(here, to)) return { ...s, player: mover };
    if (isSamePlace(here, from)) return { ...s, player: other };
    return s;
  });
  let bench = lineup.bench;
  if (from.kind === 'bench') {
    bench = bench.flatMap((p) => (p.player.id === from.playerId ? (other === null ? [] : [other]) : [p]));
  } else if (to.kind === 'bench' && mover !== null) {
    bench = bench.map((p) => (p.player.id === to.playerId ? mover : p));
  } else if (to.kind === 'sit' && mover !== null) {
    bench = [...bench, mover];
  }
  const starters = slots.map((s) => s.player);
  return {
    ...lineup,
    slots,
    bench,
    points: sum(starters.map((p) => p?.points)) ?? lineup.points,
    projected: sum(starters.map((p) => p?.projected)),
  };
}

/** What is sent to the server. */
export function bodyOf(lineup: Lineup): LineupBody {
  return {
    week: lineup.week,
    slots: lineup.slots.map((s) => ({
      slot: s.slot as LineupSlotName,
      ordinal: s.ordinal,
      playerId: s.player?.player.id ?? null,
    })),
  };
}

/** Sorts a refusal's faults to the slots they speak of ("/slots/3/playerId"); the rest is said above the list. */
export function faultsOf(
  lineup: Lineup,
  faults: readonly Fault[],
): { bySlot: Map<string, string>; rest: string[] } {
  const bySlot = new Map<string, string>();
  const rest: string[] = [];
  for (const fault of faults) {
    const index = /^\/slots\/(\d+)/.exec(fault.at)?.[1];
    const slot = index === undefined ? undefined : lineup.slots[Number(index)];
    if (slot) bySlot.set(placeKey(slotPlace(slot)), fault.message);
    else rest.push(fault.message);
  }
  return { bySlot, rest };
}

/** How many line-up slots stand empty. */
export const emptyCount = (lineup: Lineup): number => lineup.slots.filter((s) => s.player === null).length;
