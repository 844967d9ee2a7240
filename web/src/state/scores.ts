/* Live points as they tick: one signal per team and player, so that a frame redraws a number and not a page.
   A cell holds null until a document or the socket says something. */
import { batch, type Signal, signal } from '@preact/signals';

export interface ScoreFrame {
  league: number;
  week: number;
  teams?: Record<string, number>;
  players?: Record<string, number>;
}
export type CellKind = 'team' | 'player';

const cells = new Map<string, Signal<number | null>>();
const bumps = new Map<string, Signal<number | null>>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let waiting = new Map<string, number>();
let isScheduled = false;

const BUMP_SHOWN_MS = 8000;
const BUMP_LEAST = 0.1;

export const cellKey = (kind: CellKind, league: number, week: number, id: number): string =>
  `${league}:${week}:${kind}:${id}`;

function signalIn(map: Map<string, Signal<number | null>>, key: string): Signal<number | null> {
  let found = map.get(key);
  if (!found) {
    found = signal<number | null>(null);
    map.set(key, found);
  }
  return found;
}

/** The newest points heard for a team or player; null when nothing was heard. */
export const cell = (key: string): Signal<number | null> => signalIn(cells, key);
/** The points just scored, for a few seconds. */
export const bump = (key: string): Signal<number | null> => signalIn(bumps, key);

function apply(key: string, value: number): void {
  const target = cell(key);
  const before = target.peek();
  target.value = value;
  if (before === null || value - before < BUMP_LEAST || !key.includes(':player:')) return;
  const flash = bump(key);
  flash.value = value - before;
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => {
      flash.value = null;
      timers.delete(key);
    }, BUMP_SHOWN_MS),
  );
}

/** Writes everything heard since the last animation frame, in one batch. */
export function flushScores(): void {
  isScheduled = false;
  const changes = waiting;
  waiting = new Map();
  batch(() => {
    for (const [key, value] of changes) apply(key, value);
  });
}

/** Takes one frame in. Hidden pages get no animation frames: a Map keeps only the newest value of each. */
export function hearScores(
  frame: ScoreFrame,
  schedule: (run: () => void) => void = requestAnimationFrame,
): void {
  for (const [id, value] of Object.entries(frame.teams ?? {}))
    waiting.set(cellKey('team', frame.league, frame.week, Number(id)), value);
  for (const [id, value] of Object.entries(frame.players ?? {}))
    waiting.set(cellKey('player', frame.league, frame.week, Number(id)), value);
  if (isScheduled) return;
  isScheduled = true;
  schedule(flushScores);
}

/** The points of a document just read: the cell shows them until the socket says something newer. */
export function readScore(key: string, value: number | null): void {
  cell(key).value = value;
}

/** Drops what was heard about a league, because a newer document has been read. */
export function forgetScores(league: number): void {
  batch(() => {
    for (const [key, target] of cells) if (key.startsWith(`${league}:`)) target.value = null;
  });
}
