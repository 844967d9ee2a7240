/* What can be read, under which key it is kept, and how fresh it must be. Everything of one league sits under
   ['league', id], so that one league event makes all of it stale. */
import { queryOptions } from '@tanstack/preact-query';
import { call, client } from './client';
import type { DraftDoc, PlayerQuery } from './types';

export const leagueKey = (leagueId: number) => ['league', leagueId] as const;
export const lineupKey = (leagueId: number, teamId: number, week: number) =>
  ['league', leagueId, 'lineup', teamId, week] as const;

export const methodsQuery = queryOptions({
  queryKey: ['methods'],
  queryFn: ({ signal }) => call(client.GET('/api/auth/methods', { signal })),
  staleTime: 10 * 60_000,
});

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: ({ signal }) => call(client.GET('/api/auth/totp', { signal })),
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => call(client.GET('/api/auth/sessions', { signal })),
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

export const draftKey = (leagueId: number) => [...leagueKey(leagueId), 'draft'] as const;

/* The Date header is whole seconds old on average by a half; what the network and it blur is no difference. */
const BLUR_MS = 1500;
function aheadOf(headers: Headers): number {
  const said = headers.has('X-From-Cache') ? Number.NaN : Date.parse(headers.get('Date') ?? '');
  const ahead = said + 500 - Date.now();
  return Math.abs(ahead) > BLUR_MS ? ahead : 0;
}

export const draftQuery = (leagueId: number, draftId: number) =>
  queryOptions({
    queryKey: [...draftKey(leagueId), draftId],
    queryFn: async ({ signal }): Promise<DraftDoc> => {
      const pending = client.GET('/api/draft/{draftId}', { params: { path: { draftId } }, signal });
      const doc = await call(pending);
      return { ...doc, serverAheadMs: aheadOf((await pending).response.headers) };
    },
  });

export const draftQueueQuery = (leagueId: number, draftId: number) =>
  queryOptions({
    queryKey: [...leagueKey(leagueId), 'queue', draftId],
    queryFn: ({ signal }) =>
      call(client.GET('/api/draft/{draftId}/queue', { params: { path: { draftId } }, signal })),
  });

export const versionQuery = queryOptions({
  queryKey: ['version'],
  queryFn: ({ signal }) => call(client.GET('/api/version', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
