import { describe, expect, it } from 'vitest';
import { CREST_COUNT, crestId } from '../../src/lib/crest';
import { gameText, runningMargin, share, sidesFor, slotClass, slotName, tally } from '../../src/lib/game';
import { sparkPath } from '../../src/ui/spark';
import { game, line, matchup } from './samples';

const now = Date.parse('2024-09-22T16:00:00.000Z');

describe('a player’s game', () => {
  it('names the opponent from the player’s own side', () => {
    expect(gameText(game(), 'BUF', now).rest).toBe('BUF vs KC');
    expect(gameText(game(), 'KC', now).rest).toBe('KC at BUF');
  });
  it('prints the running score with his club first', () => {
    const live = game({ state: 'in_progress', homeScore: 21, awayScore: 17 });
    expect(gameText(live, 'KC', now)).toMatchObject({ short: 'Live', rest: 'KC 17 BUF 21', isLive: true });
  });
  it('prints a final as won, lost or tied', () => {
    const final = (h: number, a: number) => game({ state: 'final', homeScore: h, awayScore: a });
    expect(gameText(final(31, 20), 'BUF', now).rest).toBe('BUF W 31–20');
    expect(gameText(final(31, 20), 'KC', now).rest).toBe('KC L 20–31');
    expect(gameText(final(20, 20), 'KC', now).rest).toBe('KC T 20–20');
  });
  it('tells a bye from a player without a club', () => {
    expect(gameText(null, 'BUF', now)).toMatchObject({ short: 'Bye', isIdle: true });
    expect(gameText(null, null, now)).toMatchObject({ short: 'No NFL team', isIdle: true });
  });
});

describe('a matchup', () => {
  it('stands with the viewer’s team on the left', () => {
    expect(sidesFor(matchup(), 2)).toMatchObject({
      left: { team: { id: 2 } },
      right: { team: { id: 1 } },
      isFlipped: true,
    });
    expect(sidesFor(matchup(), 1).isFlipped).toBe(false);
    expect(sidesFor(matchup(), null).left?.team.id).toBe(1);
    expect(sidesFor(matchup({ home: null }), null)).toMatchObject({ left: { team: { id: 2 } }, right: null });
    expect(sidesFor(matchup({ home: null, away: null }), 1).left).toBeNull();
    expect(sidesFor(matchup({ away: null }), 2).right).toBeNull();
  });
  it('shares points fairly, also when nobody has any or somebody is below zero', () => {
    expect(share(75, 25)).toBe(0.75);
    expect(share(0, 0)).toBe(0.5);
    expect(share(-3, 10)).toBe(0);
  });
  it('adds the margin up slot by slot', () => {
    expect(
      runningMargin([
        { left: 10, right: 4 },
        { left: 0, right: 9 },
      ]),
    ).toEqual([0, 6, -3]);
  });
  it('counts who plays and who is still to play', () => {
    const at = (state: 'scheduled' | 'in_progress' | 'final') => line(1, 'RB', { game: game({ state }) });
    expect(tally([at('in_progress'), at('scheduled'), at('scheduled'), at('final'), null])).toEqual({
      playing: 1,
      toPlay: 2,
    });
  });
  it('draws a margin within its box', () => {
    expect(sparkPath([0, 10, -10])).toBe('M0.0 31.0 L150.0 3.1 L300.0 58.9');
    expect(sparkPath([0])).toBe('M0.0 31.0');
  });
});

describe('slots and crests', () => {
  it('knows both spellings of a team defence and colours flexible slots neutrally', () => {
    expect([slotName('DEF'), slotClass('DEF'), slotClass('DST')]).toEqual(['DST', 'DST', 'DST']);
    expect([slotClass('FLEX'), slotClass('SUPER_FLEX'), slotClass('QB')]).toEqual(['FLEX', 'FLEX', 'QB']);
  });
  it('finds a drawing for any number', () => {
    expect(crestId(0)).toBe('c-0');
    expect(crestId(CREST_COUNT + 3)).toBe('c-3');
    expect(crestId(-1)).toBe('c-11');
  });
});
