import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { waitOf } from '../../src/api/problem';

const tooMany = (seconds: string | null) =>
  new Response('{"type":"/problems/too-many-requests","title":"Too many requests."}', {
    status: 429,
    headers: { 'Content-Type': 'application/problem+json', ...(seconds && { 'Retry-After': seconds }) },
  });
const fine = () =>
  new Response('{"teams":[],"events":[]}', { headers: { 'Content-Type': 'application/json' } });

/* What the server asked us to wait is kept in the module: each test has its own. */
const fresh = async () => {
  vi.resetModules();
  return {
    ...(await import('../../src/api/client')),
    ...(await import('../../src/api/retry')),
    ...(await import('../../src/api/problem')),
  };
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('Retry-After', () => {
  it('is read as seconds or as a date, and nothing else', () => {
    expect(waitOf('7', 0)).toBe(7000);
    expect(waitOf(new Date(90_000).toUTCString(), 60_000)).toBe(30_000);
    expect(waitOf(new Date(90_000).toUTCString(), 100_000)).toBe(0);
    expect([null, '', ' ', 'soon'].map((x) => waitOf(x, 0))).toEqual([null, null, null, null]);
  });

  it('holds back every read, and no write, until it is over', async () => {
    const { call, client } = await fresh();
    const sent: [string, number][] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push([request.method, Date.now() - 1_000_000]);
      return sent.length === 1 ? tooMany('5') : fine();
    });
    const first = await call(client.GET('/api/dashboard')).catch((e) => e);
    expect(first).toMatchObject({ status: 429, retryAfterMs: 5000 });
    const later = [call(client.GET('/api/dashboard')), call(client.GET('/api/dashboard'))];
    await call(client.POST('/api/auth/logout'));
    await vi.advanceTimersByTimeAsync(4990);
    expect(sent.map(([method]) => method)).toEqual(['GET', 'POST']);
    await vi.advanceTimersByTimeAsync(20);
    await Promise.all(later);
    expect(sent.slice(2)).toEqual([
      ['GET', 5000],
      ['GET', 5000],
    ]);
  });

  it('is obeyed however often a page asks: one question a wait, and none that was called off', async () => {
    const { call, client } = await fresh();
    let asked = 0;
    vi.stubGlobal('fetch', async () => {
      asked++;
      return tooMany('2');
    });
    await call(client.GET('/api/dashboard')).catch(() => undefined);
    /* A page that mounts and leaves ten times a second. */
    for (let i = 0; i < 50; i++) {
      const leave = new AbortController();
      const pending = call(client.GET('/api/dashboard', { signal: leave.signal })).catch((e) => e);
      await vi.advanceTimersByTimeAsync(100);
      leave.abort();
      await pending;
    }
    expect(asked).toBeLessThanOrEqual(4);
  });

  it('is capped: nobody waits an hour in silence', async () => {
    const { ApiError, call, client, shouldRetry, WAIT_MAX_MS } = await fresh();
    const replies = [tooMany('3600'), fine()];
    vi.stubGlobal('fetch', async () => replies.shift());
    await call(client.GET('/api/dashboard')).catch(() => undefined);
    const next = call(client.GET('/api/dashboard'));
    await vi.advanceTimersByTimeAsync(WAIT_MAX_MS + 1);
    await expect(next).resolves.toBeTruthy();
    expect(shouldRetry(0, new ApiError(429, '', '', [], null, WAIT_MAX_MS))).toBe(true);
    expect(shouldRetry(0, new ApiError(429, '', '', [], null, 3_600_000))).toBe(false);
  });
});

describe('a failed read', () => {
  it('is tried again twice, no sooner than the server says', async () => {
    const { ApiError, retryDelay, shouldRetry } = await fresh();
    const limited = new ApiError(429, '', '', [], null, 7000);
    expect([0, 1, 2].map((n) => shouldRetry(n, limited))).toEqual([true, true, false]);
    expect([0, 1].map((n) => retryDelay(n, limited))).toEqual([7000, 7000]);
    const away = new ApiError(0, 'unreachable', '');
    expect([0, 1, 2].map((n) => shouldRetry(n, away))).toEqual([true, true, false]);
    expect([0, 1].map((n) => retryDelay(n, away))).toEqual([1000, 2000]);
    for (const status of [400, 401, 403, 404, 409, 422, 500])
      expect(shouldRetry(0, new ApiError(status, '', ''))).toBe(false);
  });
});
