import { effect } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  bump,
  cell,
  cellKey,
  flushScores,
  forgetScores,
  hearScores,
  readScore,
} from '../../src/state/scores';

const player = cellKey('player', 1, 3, 4046);
const team = cellKey('team', 1, 3, 77);
const frame = (points: number) => ({
  league: 1,
  week: 3,
  teams: { '77': points + 50 },
  players: { '4046': points },
});

beforeEach(() => {
  vi.useFakeTimers();
  readScore(player, null);
  readScore(team, null);
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

describe('live scores', () => {
  it('shows what the document said until a frame says more', () => {
    readScore(player, 6.3);
    hearScores(frame(12.4), (run) => run());
    expect(cell(player).value).toBe(12.4);
    expect(cell(team).value).toBe(62.4);
  });

  it('keeps only the newest value of each between two animation frames', () => {
    const asked: (() => void)[] = [];
    const seen: (number | null)[] = [];
    const stop = effect(() => {
      seen.push(cell(player).value);
    });
    for (const p of [1, 2, 3]) hearScores(frame(p), (run) => asked.push(run));
    expect(asked).toHaveLength(1);
    asked[0]?.();
    stop();
    expect(seen).toEqual([null, 3]);
  });

  it('says what was just scored, for eight seconds, and only for players', () => {
    readScore(player, 10);
    readScore(team, 60);
    hearScores(frame(16.1), (run) => run());
    expect(bump(player).value).toBeCloseTo(6.1);
    expect(bump(team).value).toBeNull();
    vi.advanceTimersByTime(7999);
    expect(bump(player).value).not.toBeNull();
    vi.advanceTimersByTime(1);
    expect(bump(player).value).toBeNull();
  });

  it('does not celebrate a correction downwards or a first value', () => {
    hearScores(frame(9), (run) => run());
    hearScores(frame(7), (run) => run());
    expect(bump(player).value).toBeNull();
  });

  it('forgets one league and no other', () => {
    const other = cellKey('player', 2, 3, 4046);
    readScore(player, 1);
    readScore(other, 2);
    forgetScores(1);
    expect([cell(player).value, cell(other).value]).toEqual([null, 2]);
    flushScores();
  });
});
