import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Kept } from '../../src/lib/outbox';

const store: { kept: Kept[]; released: string[] } = { kept: [], released: [] };
vi.mock('../../src/lib/outbox', () => ({
  kept: async () => store.kept,
  release: async (teamId: number, week: number) => {
    store.released.push(`${teamId}:${week}`);
  },
}));
const { flushOutbox } = await import('../../src/sw/outbox');

const change: Kept = {
  leagueId: 1,
  teamId: 7,
  week: 3,
  etag: '"7-3-1"',
  body: { week: 3, slots: [] },
  keptAt: 1000,
};
const told: unknown[] = [];
const clients = {
  matchAll: async () => [{ postMessage: (m: unknown) => told.push(m) }],
};
let puts: Request[] = [];

function serve(status: number): void {
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    if (url === '/api/auth/session') return Response.json({ authenticated: true, csrfToken: 'secret' });
    puts.push(new Request(`http://localhost${url}`, init));
    return new Response('{}', { status });
  });
}

beforeEach(() => {
  store.kept = [change];
  store.released = [];
  puts = [];
  told.length = 0;
});
afterEach(() => vi.unstubAllGlobals());

describe('lineup changes kept without a connection', () => {
  it('are sent with their version, the session’s token and a key that stays the same', async () => {
    serve(200);
    await flushOutbox(clients);
    await flushOutbox(clients);
    expect(puts.map((r) => [r.method, r.headers.get('If-Match'), r.headers.get('X-CSRF-Token')])).toEqual(
      Array(2).fill(['PUT', '"7-3-1"', 'secret']),
    );
    expect(new Set(puts.map((r) => r.headers.get('Idempotency-Key'))).size).toBe(1);
    expect(store.released).toEqual(['7:3', '7:3']);
    expect(told[0]).toMatchObject({ type: 'OUTBOX', ok: true, teamId: 7, week: 3 });
  });

  it('are dropped when refused, and the page is told', async () => {
    serve(412);
    await flushOutbox(clients);
    expect(store.released).toEqual(['7:3']);
    expect(told[0]).toMatchObject({ ok: false, status: 412 });
  });

  it('are kept when the server is busy or broken', async () => {
    for (const status of [429, 500, 503]) {
      serve(status);
      await expect(flushOutbox(clients)).rejects.toThrow(String(status));
    }
    expect(store.released).toEqual([]);
  });

  it('wait for a session', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ authenticated: false, csrfToken: null }));
    await flushOutbox(clients);
    expect(store.released).toEqual([]);
  });
});
