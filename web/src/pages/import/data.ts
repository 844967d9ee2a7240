/* Imports as the server keeps them. */
import { queryOptions } from '@tanstack/preact-query';
import { call, client } from '../../api/client';
import { isApiError } from '../../api/problem';
import type { Part } from './files';

const FIRST_MS = 800;
const SLOWEST_MS = 8000;
const TOO_MANY = 429;
const TRIES = 6;

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => call(client.GET('/api/imports', { signal })),
});

/** Milliseconds until progress is asked for again: slower the longer it takes. */
export const pollAfter = (asked: number): number => Math.min(SLOWEST_MS, FIRST_MS * 1.25 ** asked);

export const importQuery = (importId: number) =>
  queryOptions({
    queryKey: ['imports', importId],
    queryFn: ({ signal }) =>
      call(client.GET('/api/imports/{importId}', { params: { path: { importId } }, signal })),
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      return state === 'queued' || state === 'running' ? pollAfter(query.state.dataUpdateCount) : false;
    },
  });

type Fetched<Q> = Q extends { queryFn?: infer F }
  ? F extends (...args: never[]) => infer R
    ? Awaited<R>
    : never
  : never;
export type Import = Fetched<ReturnType<typeof importQuery>>;
export type Report = NonNullable<Import['report']>;
export type ImportedLeague = Report['leagues'][number];

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Sends one part; when the server wants fewer requests, or cannot be reached, after a while again. */
export async function sendPart(importId: number, part: Part, wait = pause): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await call(
        client.POST('/api/imports/{importId}/documents', { params: { path: { importId } }, body: part }),
      );
      return;
    } catch (error) {
      const isWorthIt = isApiError(error) && (error.status === TOO_MANY || error.isUnreachable);
      if (!isWorthIt || tries === TRIES) throw error;
      await wait(error.retryAfterMs ?? FIRST_MS * 2 ** tries);
    }
  }
}
