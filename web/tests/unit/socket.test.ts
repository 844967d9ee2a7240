import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connection, follow, startSocket } from '../../src/lib/socket';

/* A socket that the test drives by hand. */
class FakeSocket {
  static all: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const heard: string[] = [];
startSocket({
  onEvent: (m) => heard.push(`event ${m.stream} ${m.seq}`),
  onGap: (stream) => heard.push(`gap ${stream}`),
  onScores: () => heard.push('scores'),
});
const newest = (): FakeSocket => {
  const socket = FakeSocket.all.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
};

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  heard.length = 0;
  vi.stubGlobal('WebSocket', FakeSocket);
});
afterEach(() => {
  vi.runOnlyPendingTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the live connection', () => {
  it('subscribes from the number the page has and passes later events on, once', () => {
    const leave = follow('league:12', 345);
    newest().open();
    expect(newest().sent).toEqual([{ subscribe: 'league:12', from: 345 }]);
    for (const seq of [346, 346, 347]) newest().say({ stream: 'league:12', seq, event: {} });
    expect(heard).toEqual(['event league:12 346', 'event league:12 347']);
    leave();
  });

  it('reads again when a number is missing or the server says reset', () => {
    const leave = follow('league:12', 345);
    newest().open();
    newest().say({ stream: 'league:12', seq: 350, event: {} });
    newest().say({ stream: 'league:12', reset: 400 });
    newest().say({ stream: 'league:12', seq: 401, event: {} });
    expect(heard).toEqual(['gap league:12', 'gap league:12', 'event league:12 401']);
    leave();
  });

  it('comes back by itself and resumes from the last number', () => {
    const leave = follow('league:12', 1);
    newest().open();
    newest().say({ stream: 'league:12', seq: 2, event: {} });
    newest().close();
    expect(connection.value.state).toBe('lost');
    vi.advanceTimersByTime(2000);
    expect(FakeSocket.all).toHaveLength(2);
    newest().open();
    expect(newest().sent).toEqual([{ subscribe: 'league:12', from: 2 }]);
    expect(connection.value.state).toBe('live');
    leave();
  });

  it('comes back within 1.5 s when the server says that it restarts, however often that was', () => {
    const leave = follow('league:12', 1);
    for (let restart = 1; restart <= 5; restart++) {
      newest().close(1012);
      vi.advanceTimersByTime(1500);
      expect(FakeSocket.all).toHaveLength(restart + 1);
    }
    leave();
  });

  it('keeps one connection from one page to the next and closes it when nobody follows anything', () => {
    const first = follow('league:12', 1);
    newest().open();
    first();
    vi.advanceTimersByTime(1000);
    const second = follow('league:12', 1);
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(newest().readyState).toBe(1);
    second();
    vi.advanceTimersByTime(10_000);
    expect(newest().readyState).toBe(3);
    expect(connection.value.state).toBe('idle');
  });

  it('ignores what it cannot read', () => {
    const leave = follow('league:12', 1);
    newest().open();
    newest().onmessage?.({ data: 'not json' });
    newest().say({ stream: 'league:99', seq: 5, event: {} });
    newest().say({ pong: 1 });
    expect(heard).toEqual([]);
    leave();
  });

  it('says of which history its numbers are, and reads again when that has ended', () => {
    const leave = follow('league:12', 1);
    newest().open();
    newest().say({ stream: 'league:12', subscribed: 1, history: 'a-1' });
    newest().close();
    vi.advanceTimersByTime(2000);
    newest().open();
    expect(newest().sent).toEqual([{ subscribe: 'league:12', from: 1, history: 'a-1' }]);
    newest().say({ stream: 'league:12', reset: 1, history: 'a-2' });
    expect(heard).toEqual(['gap league:12']);
    leave();
  });
});
