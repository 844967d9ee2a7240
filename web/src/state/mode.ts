/* What operators have switched off: asked for once a minute, at once when an answer says so, and often until it is
   over. Health answers in every mode. */
import { type QueryClient, queryOptions, useQuery } from '@tanstack/preact-query';
import { call, client } from '../api/client';
import { isApiError } from '../api/problem';
import type { Health } from '../api/types';

const CALM_MS = 60_000;
const WATCH_MS = 5_000;
const SLUGS = new Set(['maintenance', 'read-only', 'lockdown', 'recovery']);

export type Mode = Pick<Health, 'mode' | 'message' | 'until' | 'canRead' | 'canWrite'>;

export const modeQuery = queryOptions({
  queryKey: ['mode'],
  queryFn: ({ signal }): Promise<Mode> => call(client.GET('/api/health', { signal })),
  staleTime: WATCH_MS,
  retry: false,
  refetchInterval: (query) => {
    const mode = query.state.data?.mode;
    return mode === undefined || mode === 'normal' ? CALM_MS : WATCH_MS;
  },
});

/** Null while it is normal, or not known. */
export function useMode(): Mode | null {
  const data = useQuery(modeQuery).data;
  return data === undefined || data.mode === 'normal' ? null : data;
}

/** An answer that a mode has given: look at once what is going on. */
export function startMode(queries: QueryClient): void {
  const look = (error: unknown): void => {
    if (isApiError(error) && SLUGS.has(error.slug))
      void queries.invalidateQueries({ queryKey: modeQuery.queryKey });
  };
  queries.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] !== 'mode') look(query.state.error);
  });
  queries.getMutationCache().subscribe(({ mutation }) => look(mutation?.state.error));
  /* When it is over, everything is read again. */
  let wasStopped = false;
  queries.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] !== 'mode') return;
    const isStopped = (query.state.data as Mode | undefined)?.canRead === false;
    if (wasStopped && !isStopped)
      void queries.invalidateQueries({ predicate: (each) => each.queryKey[0] !== 'mode' });
    wasStopped = isStopped;
  });
}
