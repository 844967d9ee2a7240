/* What can be read, under which key it is kept, and how fresh it must be. Everything of one league sits under
   ['league', id], so that one league event makes all of it stale. */
import { queryOptions } from '@tanstack/preact-query';
import { call, client, setCsrfToken } from './client';
import type { PlayerQuery } from './types';

export const leagueKey = (leagueId: number) => ['league', leagueId] as const;
export const lineupKey = (leagueId: number, teamId: number, week: number) =>
  ['league', leagueId, 'lineup', teamId, week] as const;

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await call(client.GET('/api/auth/session', { signal }));
    setCsrfToken(session.csrfToken);
    return session;
  },
  staleTime: 5 * 60_000,
});

export const methodsQuery = queryOptions({
  queryKey: ['methods'],
  queryFn: ({ signal }) => call(client.GET('/api/auth/methods', { signal })),
  staleTime: 10 * 60_000,
});

export const dashboardQuery = queryOptions({
  queryKey: ['dashboard'],
  queryFn: ({ signal }) => call(client.GET('/api/dashboard', { signal })),
});

export const leaguesQuery = queryOptions({
  queryKey: ['leagues'],
  queryFn: ({ signal }) => call(client.GET('/api/leagues', { signal })),
});

export const inviteQuery = (code: string) =>
  queryOptions({
    queryKey: ['invite', code],
    queryFn: ({ signal }) => call(client.GET('/api/invites/{code}', { params: { path: { code } }, signal })),
  });

export const leagueQuery = (leagueId: number) =>
  queryOptions({
    queryKey: leagueKey(leagueId),
    queryFn: ({ signal }) =>
      call(client.GET('/api/leagues/{leagueId}', { params: { path: { leagueId } }, signal })),
  });

export const standingsQuery = (leagueId: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'standings'],
    queryFn: ({ signal }) =>
      call(client.GET('/api/leagues/{leagueId}/standings', { params: { path: { leagueId } }, signal })),
  });

export const matchupsQuery = (leagueId: number, week: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'matchups', week],
    queryFn: ({ signal }) =>
      call(
        client.GET('/api/leagues/{leagueId}/matchups', {
          params: { path: { leagueId }, query: { week } },
          signal,
        }),
      ),
  });

export const playoffsQuery = (leagueId: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'playoffs'],
    queryFn: ({ signal }) =>
      call(client.GET('/api/leagues/{leagueId}/playoffs', { params: { path: { leagueId } }, signal })),
  });

export const activityPage = (leagueId: number, before: number | null, limit: number, signal: AbortSignal) =>
  call(
    client.GET('/api/leagues/{leagueId}/activity', {
      params: { path: { leagueId }, query: before === null ? { limit } : { before, limit } },
      signal,
    }),
  );

export const matchupQuery = (leagueId: number, matchupId: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'matchup', matchupId],
    queryFn: ({ signal }) =>
      call(client.GET('/api/matchups/{matchupId}', { params: { path: { matchupId } }, signal })),
  });

export const teamQuery = (leagueId: number, teamId: number, week: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'team', teamId, week],
    queryFn: ({ signal }) =>
      call(client.GET('/api/teams/{teamId}', { params: { path: { teamId }, query: { week } }, signal })),
  });

export const lineupQuery = (leagueId: number, teamId: number, week: number) =>
  queryOptions({
    queryKey: lineupKey(leagueId, teamId, week),
    queryFn: ({ signal }) =>
      call(
        client.GET('/api/teams/{teamId}/lineup', { params: { path: { teamId }, query: { week } }, signal }),
      ),
  });

export const playersQuery = (query: PlayerQuery) =>
  queryOptions({
    queryKey:
      query.leagueId === undefined ? ['players', query] : [...leagueKey(query.leagueId), 'players', query],
    queryFn: ({ signal }) => call(client.GET('/api/players', { params: { query }, signal })),
  });

export const playerQuery = (playerId: number, leagueId: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'player', playerId],
    queryFn: ({ signal }) =>
      call(
        client.GET('/api/players/{playerId}', {
          params: { path: { playerId }, query: { leagueId } },
          signal,
        }),
      ),
  });

export const versionQuery = queryOptions({
  queryKey: ['version'],
  queryFn: ({ signal }) => call(client.GET('/api/version', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
