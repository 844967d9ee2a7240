/* What to say about a player's game, and which side of a matchup is whose. Pure. */

import type { Game, Line, Matchup, PlayerQuery, Side } from '../api/types';
import { t } from '../i18n';
import { kickoff } from '../i18n/format';

export interface GameText {
  /** "Final", "8:20 PM", "Live". */
  short: string;
  /** " · BUF 21 KC 17": dropped on a phone. */
  rest: string;
  isLive: boolean;
  /** He cannot score this week. */
  isIdle: boolean;
}

/** Describes a game from one club's side; `now` is the league's clock in milliseconds. */
export function gameText(game: Game | null, club: string | null, now: number): GameText {
  if (game === null)
    return { short: club === null ? t.game.noClub : t.game.bye, rest: '', isLive: false, isIdle: true };
  const isHome = game.home === club;
  const other = isHome ? game.away : game.home;
  const own = isHome ? game.homeScore : game.awayScore;
  const theirs = isHome ? game.awayScore : game.homeScore;
  const opponent = `${club ?? game.away} ${isHome ? 'vs' : 'at'} ${other}`;
  if (game.state === 'in_progress')
    return {
      short: t.game.live,
      rest: own === null ? opponent : `${club} ${own} ${other} ${theirs}`,
      isLive: true,
      isIdle: false,
    };
  if (game.state === 'final') {
    if (own === null || theirs === null)
      return { short: t.game.final, rest: opponent, isLive: false, isIdle: false };
    const word = own > theirs ? 'W' : own < theirs ? 'L' : 'T';
    return { short: t.game.final, rest: `${club} ${word} ${own}–${theirs}`, isLive: false, isIdle: false };
  }
  if (game.state === 'postponed' || game.state === 'cancelled')
    return { short: t.game[game.state], rest: opponent, isLive: false, isIdle: true };
  return {
    short: game.kickoff === null ? t.game.noTime : kickoff(game.kickoff, now),
    rest: opponent,
    isLive: false,
    isIdle: false,
  };
}

/** How many of these lines are being played now, and how many are still to be played. */
export function tally(lines: readonly (Line | null)[]): { playing: number; toPlay: number } {
  const games = lines.map((l) => l?.game ?? null);
  return {
    playing: games.filter((g) => g?.state === 'in_progress').length,
    toPlay: games.filter((g) => g?.state === 'scheduled').length,
  };
}

export interface Sides {
  /** Null when neither team is known yet, as in a playoff game before its round is drawn. */
  left: Side | null;
  right: Side | null;
  /** Left is the away side. */
  isFlipped: boolean;
}

/** The two sides with the viewer's team first when it plays here, and nobody missing on the left. */
export function sidesFor(matchup: Matchup, myTeamId: number | null): Sides {
  const { home, away } = matchup;
  if (away !== null && (away.team.id === myTeamId || home === null))
    return { left: away, right: home, isFlipped: true };
  return { left: home, right: away, isFlipped: false };
}

/** The left side's share of all points so far, 0..1; half when nobody has any. */
export function share(left: number, right: number): number {
  const a = Math.max(left, 0);
  const b = Math.max(right, 0);
  return a + b === 0 ? 0.5 : a / (a + b);
}

/** The running difference left minus right after each line-up slot, starting at 0. */
export function runningMargin(rows: readonly { left: number; right: number }[]): number[] {
  const margins = [0];
  for (const row of rows) margins.push((margins.at(-1) ?? 0) + row.left - row.right);
  return margins;
}

/** The positions one can filter by, in the words of the API. */
export const positions = ['QB', 'RB', 'WR', 'TE', 'K', 'DEF'] as const satisfies readonly NonNullable<
  PlayerQuery['position']
>[];
export type Position = (typeof positions)[number];

const slotNames: Record<string, string> = {
  DEF: 'DST',
  SUPER_FLEX: 'SFLX',
  WRRB_FLEX: 'W/R',
  REC_FLEX: 'W/T',
  IDP_FLEX: 'IDP',
};
/** The short name on the pill. */
export const slotName = (slot: string): string => slotNames[slot] ?? slot.replace('_', ' ');

const slotClasses = new Set(['QB', 'RB', 'WR', 'TE', 'K', 'DST', 'BN']);
/** The colour class of a pill: a position's, or the neutral one of a flexible slot. */
export const slotClass = (slot: string): string =>
  slotClasses.has(slotName(slot)) ? slotName(slot) : 'FLEX';
