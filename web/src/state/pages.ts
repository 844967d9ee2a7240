/* A long list of players that is read page by page: the pages in sight once scrolling comes to rest, and whatever
   was read before. A page that cannot be read leaves the others where they are. */
import { useQueries, useQueryClient } from '@tanstack/preact-query';
import { useRef } from 'preact/hooks';
import { playersQuery } from '../api/queries';
import type { PlayerPage, PlayerQuery, PlayerRow } from '../api/types';
import { useRest } from './rest';

export const PAGE_ROWS = 100;

export interface Pages {
  /** Null before anything was read. */
  total: number | null;
  week: number | null;
  /** Null while his page is not here. */
  rowAt: (index: number) => PlayerRow | null;
  /** The rows are those of the filters before. */
  isStale: boolean;
  failure: { error: unknown; retry: () => void } | null;
}

/** `query` is the whole list; `first` and `last` are the rows in sight. */
export function usePages(query: PlayerQuery, first: number, last: number): Pages {
  const cache = useQueryClient();
  const list = JSON.stringify(query);
  const rest = useRest(list, { first, last }, PAGE_ROWS);
  const options = (page: number) => playersQuery({ ...query, limit: PAGE_ROWS, offset: page * PAGE_ROWS });
  const results = useQueries({
    queries: Array.from({ length: rest.last - rest.first + 1 }, (_, i) => options(rest.first + i)),
  });
  const newest = results.find((r) => r.data !== undefined)?.data;
  const before = useRef<{ list: string; page: PlayerPage } | null>(null);
  if (newest) before.current = { list, page: newest };
  const shown = before.current;
  const isStale = shown !== null && shown.list !== list;
  const rowAt = (index: number): PlayerRow | null => {
    const page = isStale
      ? shown.page
      : cache.getQueryData<PlayerPage>(options(Math.floor(index / PAGE_ROWS)).queryKey);
    return page?.players[index - page.offset] ?? null;
  };
  const failed = results.find((r) => r.error && r.data === undefined && !r.isFetching);
  return {
    total: shown?.page.total ?? null,
    week: shown?.page.week ?? null,
    rowAt,
    isStale,
    failure: failed ? { error: failed.error, retry: () => void failed.refetch() } : null,
  };
}
