/* Picking a player up and putting him down, the same for click, drag and keyboard: one small state machine.
   Idle, or holding the player of one place with the list of places he may go to. */
import type { Lineup } from '../api/types';
import { isSamePlace, legalPlaces, type Place, playerAt } from './lineup';

export interface Holding {
  readonly from: Place;
  readonly targets: readonly Place[];
}
export type Pickup = Holding | null;

export type PickupEvent = { readonly type: 'take'; readonly place: Place } | { readonly type: 'cancel' };

export type Step =
  | { readonly next: Pickup; readonly drop?: { readonly from: Place; readonly to: Place } }
  | { readonly next: Pickup; readonly refused: 'locked' | 'empty' | 'illegal' };

export const isTarget = (held: Pickup, place: Place): boolean =>
  held?.targets.some((t) => isSamePlace(t, place)) ?? false;

/** `take` picks up when nothing is held, puts down on a legal place, and lets go on the place it came from. */
export function step(lineup: Lineup, held: Pickup, event: PickupEvent): Step {
  if (event.type === 'cancel') return { next: null };
  if (held !== null && isSamePlace(held.from, event.place)) return { next: null };
  if (held !== null && isTarget(held, event.place))
    return { next: null, drop: { from: held.from, to: event.place } };
  const player = playerAt(lineup, event.place);
  if (player === null) return { next: held, refused: held === null ? 'empty' : 'illegal' };
  if (player.isLocked) return { next: held, refused: 'locked' };
  return { next: { from: event.place, targets: legalPlaces(lineup, event.place) } };
}

/** The legal place before or after `at` in reading order, around the ends; the held place counts as a stop. */
export function neighbour(held: Holding, order: readonly Place[], at: Place, by: 1 | -1): Place {
  const stops = order.filter((p) => isSamePlace(p, held.from) || isTarget(held, p));
  const index = stops.findIndex((p) => isSamePlace(p, at));
  return stops[(index + by + stops.length) % stops.length] ?? held.from;
}
