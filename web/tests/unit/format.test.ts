import { describe, expect, it } from 'vitest';
import {
  kickoff,
  ordinal,
  points,
  record,
  scoreParts,
  short,
  signed,
  since,
  until,
  winPct,
} from '../../src/i18n/format';

const plain = (text: string): string => text.replace(/\u202f|\u00a0/g, ' ');

describe('numbers', () => {
  it('prints scores with two decimals and a true minus', () => {
    expect(points(118.3)).toBe('118.30');
    expect(points(-2)).toBe('−2.00');
    expect(points(1234.5)).toBe('1,234.50');
  });
  it('splits a score into its whole and its fraction', () => {
    expect(scoreParts(118.34)).toEqual(['118', '.34']);
    expect(scoreParts(0)).toEqual(['0', '.00']);
  });
  it('prints projections with one decimal and differences with their sign', () => {
    expect(short(22.44)).toBe('22.4');
    expect(signed(6.1)).toBe('+6.1');
    expect(signed(-6.1)).toBe('−6.1');
    expect([signed(0), signed(-0.04), short(-0.04), signed(0.04)]).toEqual(['0.0', '0.0', '0.0', '0.0']);
  });
  it('prints ordinals, the teens included', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 102].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '102nd',
    ]);
  });
  it('prints records with ties only when there are any', () => {
    expect(record({ wins: 8, losses: 3, ties: 0 })).toBe('8–3');
    expect(record({ wins: 8, losses: 3, ties: 1 })).toBe('8–3–1');
  });
  it('prints winning percentages the way standings do', () => {
    expect([7 / 11, 1, 0].map(winPct)).toEqual(['.636', '1.000', '.000']);
  });
});

describe('times', () => {
  const now = new Date(2024, 10, 24, 15, 52).getTime();
  const at = (day: number, hour: number, minute = 0): string =>
    new Date(2024, 10, day, hour, minute).toISOString();
  it('prints a kickoff as an hour today, with its day this week, as a date otherwise', () => {
    expect(plain(kickoff(at(24, 20, 20), now))).toBe('8:20 PM');
    expect(plain(kickoff(at(25, 20, 15), now))).toMatch(/^Mon,? 8:15 PM$/);
    expect(plain(kickoff(new Date(2024, 11, 8, 13).toISOString(), now))).toBe('Sun, Dec 8');
  });
  it('says how long ago something was', () => {
    expect(since(at(24, 15, 52), now)).toBe('just now');
    expect(plain(since(at(24, 15, 49), now))).toMatch(/^3 min\.? ago$/);
    expect(since(at(23, 15, 52), now)).toBe('yesterday');
    expect(since(at(1, 12), now)).toBe('Nov 1');
  });
  it('says how much time is left, and null when there is none', () => {
    expect(until(at(24, 16, 5), now)).toBe('13 min');
    expect(until(at(24, 19, 4), now)).toBe('3 h 12 min');
    expect(until(at(26, 20), now)).toBe('2 d 4 h');
    expect(until(at(24, 15), now)).toBeNull();
  });
});
