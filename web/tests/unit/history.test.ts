import { describe, expect, it } from 'vitest';
import { byPair, gamesOf, leaning, type Pair, type Person, sorted } from '../../src/pages/history/data';

const person = (userId: number, championships: number, winPct: number, pointsFor: number): Person =>
  ({ userId, championships, winPct, pointsFor, pointsAgainst: 0, seasons: 1 }) as unknown as Person;

const pair = (userId: number, opponentUserId: number, wins: number, losses: number, ties = 0): Pair => ({
  userId,
  opponentUserId,
  record: { wins, losses, ties },
  pointsFor: 0,
  pointsAgainst: 0,
  playoffMeetings: 0,
  playoffWins: 0,
});

describe('the all-time table', () => {
  const people = [person(1, 2, 0.5, 100), person(2, 0, 0.7, 90), person(3, 0, 0.7, 300)];

  it('puts the most first and leaves equals in the server’s order', () => {
    expect(sorted(people, 'pct').map((p) => p.userId)).toEqual([2, 3, 1]);
    expect(sorted(people, 'pf').map((p) => p.userId)).toEqual([3, 1, 2]);
    expect(sorted(people, 'titles').map((p) => p.userId)).toEqual([1, 2, 3]);
  });

  it('does not change the list it was given', () => {
    sorted(people, 'pf');
    expect(people.map((p) => p.userId)).toEqual([1, 2, 3]);
  });
});

describe('head to head', () => {
  it('finds each pair the way round it is asked for', () => {
    const pairs = byPair([pair(1, 2, 3, 1), pair(2, 1, 1, 3)]);
    expect(pairs.get('1-2')?.record.wins).toBe(3);
    expect(pairs.get('2-1')?.record.wins).toBe(1);
    expect(pairs.get('1-1')).toBeUndefined();
  });

  it('says who is ahead, ties left aside', () => {
    expect(leaning(pair(1, 2, 2, 1))).toBe('up');
    expect(leaning(pair(1, 2, 0, 1, 5))).toBe('down');
    expect(leaning(pair(1, 2, 1, 1, 1))).toBe('even');
    expect(gamesOf(pair(1, 2, 1, 1, 1))).toBe(3);
  });
});
