/* A league's past as the server tells it, and in what order it is shown. */
import { queryOptions } from '@tanstack/preact-query';
import { call, client } from '../../api/client';
import { leagueKey } from '../../api/queries';

export const historyQuery = (leagueId: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'history'],
    queryFn: ({ signal }) =>
      call(client.GET('/api/leagues/{leagueId}/history', { params: { path: { leagueId } }, signal })),
  });

export const pairsQuery = (leagueId: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'history', 'pairs'],
    queryFn: ({ signal }) =>
      call(
        client.GET('/api/leagues/{leagueId}/history/head-to-head', {
          params: { path: { leagueId } },
          signal,
        }),
      ),
  });

export const meetingsQuery = (leagueId: number, a: number, b: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'history', 'pairs', a, b],
    queryFn: ({ signal }) =>
      call(
        client.GET('/api/leagues/{leagueId}/history/head-to-head', {
          params: { path: { leagueId }, query: { a, b } },
          signal,
        }),
      ),
  });

type Data<Q extends (...args: never[]) => { queryFn?: unknown }> =
  ReturnType<Q> extends { queryFn?: infer F }
    ? F extends (...args: never[]) => infer R
      ? Awaited<R>
      : never
    : never;
export type History = Data<typeof historyQuery>;
export type Season = History['seasons'][number];
export type Person = History['people'][number];
export type BookEntry = NonNullable<History['records'][keyof History['records']]>;
export type Pairs = Data<typeof pairsQuery>;
export type Pair = Pairs['pairs'][number];

export type SortKey = 'titles' | 'pct' | 'pf' | 'pa' | 'seasons';

const value: Record<SortKey, (p: Person) => number> = {
  titles: (p) => p.championships,
  pct: (p) => p.winPct,
  pf: (p) => p.pointsFor,
  pa: (p) => p.pointsAgainst,
  seasons: (p) => p.seasons,
};

/** The most first; among equals the server's order stays. */
export const sorted = (people: readonly Person[], by: SortKey): Person[] =>
  [...people].sort((a, b) => value[by](b) - value[by](a));

/** Who has met whom, by "user-opponent". */
export const byPair = (pairs: readonly Pair[]): Map<string, Pair> =>
  new Map(pairs.map((p) => [`${p.userId}-${p.opponentUserId}`, p]));

/** Above, below or at half of the games: how a cell is tinted. */
export function leaning(pair: Pair): 'up' | 'down' | 'even' {
  const by = pair.record.wins - pair.record.losses;
  return by > 0 ? 'up' : by < 0 ? 'down' : 'even';
}

export const gamesOf = (pair: Pair): number => pair.record.wins + pair.record.losses + pair.record.ties;

const platforms: Record<string, string> = { sleeper: 'Sleeper', espn: 'ESPN' };
/** "sleeper" as its makers write it. */
export const platformName = (key: string): string => platforms[key] ?? key;
