/* Small documents for the tests, invented. */
import type { Game, LinePlayer, Lineup, Matchup, PlayerRef, Side } from '../../src/api/types';

export const player = (
  id: number,
  position: PlayerRef['position'],
  more: Partial<PlayerRef> = {},
): PlayerRef => ({
  id,
  name: `Player ${id}`,
  firstName: 'Player',
  lastName: String(id),
  position,
  nflTeam: 'BUF',
  jersey: id,
  injuryStatus: null,
  isSample: true,
  ...more,
});

export const line = (
  id: number,
  position: PlayerRef['position'],
  more: Partial<LinePlayer> = {},
): LinePlayer => ({
  player: player(id, position),
  points: null,
  projected: 10,
  game: null,
  isLocked: false,
  locksAt: null,
  ...more,
});

/** QB, RB, WR, FLEX (empty), and RB, WR, QB on the bench. */
export const lineup = (more: Partial<Lineup> = {}): Lineup => ({
  teamId: 7,
  week: 3,
  weekState: 'open',
  now: '2024-09-22T15:00:00.000Z',
  etag: '"7-3-1"',
  slots: [
    { slot: 'QB', ordinal: 1, eligible: ['QB'], player: line(1, 'QB') },
    { slot: 'RB', ordinal: 1, eligible: ['RB'], player: line(2, 'RB') },
    { slot: 'WR', ordinal: 1, eligible: ['WR'], player: line(3, 'WR') },
    { slot: 'FLEX', ordinal: 1, eligible: ['RB', 'WR', 'TE'], player: null },
  ],
  bench: [line(4, 'RB', { projected: 12.5 }), line(5, 'WR'), line(6, 'QB')],
  ir: [],
  points: 0,
  projected: 30,
  optimalPoints: null,
  ...more,
});

export const game = (more: Partial<Game> = {}): Game => ({
  id: 1,
  season: 2024,
  week: 3,
  home: 'BUF',
  away: 'KC',
  kickoff: '2024-09-22T17:00:00.000Z',
  state: 'scheduled',
  homeScore: null,
  awayScore: null,
  ...more,
});

export const side = (id: number, points: number): Side => ({
  team: { id, name: `Team ${id}`, abbrev: `T${id}`, crest: id, managers: [`Manager ${id}`] },
  record: { wins: 1, losses: 1, ties: 0 },
  points,
  projected: null,
  isWinner: null,
  seed: null,
});

export const matchup = (more: Partial<Matchup> = {}): Matchup => ({
  id: 1,
  week: 3,
  kind: 'regular',
  round: null,
  state: 'live',
  home: side(1, 80),
  away: side(2, 60),
  ...more,
});
