/* Who is signed in, and the league the page is about. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { call, client, setCsrfToken } from '../api/client';
import { dashboardQuery, leagueQuery, sessionQuery } from '../api/queries';
import type { DashboardTeam, League, User } from '../api/types';
import { forgetAll } from '../lib/outbox';
import { useLeagueStream } from './live';
import { lastLeagueId } from './prefs';

export const useUser = (): User | null => useQuery(sessionQuery).data?.user ?? null;

/** The viewer's teams, one row per league; empty while unknown or signed out. */
export function useMyTeams(): readonly DashboardTeam[] {
  const user = useUser();
  return useQuery({ ...dashboardQuery, enabled: user !== null }).data?.teams ?? [];
}

/** Takes over the answer of a sign-in or registration. */
export function useSignedIn(): (answer: { user: User; csrfToken: string }) => void {
  const queries = useQueryClient();
  return (answer) => {
    setCsrfToken(answer.csrfToken);
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, {
      authenticated: true,
      user: answer.user,
      csrfToken: answer.csrfToken,
    });
  };
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await call(client.POST('/api/auth/logout'));
    setCsrfToken(null);
    navigator.serviceWorker?.controller?.postMessage({ type: 'FORGET' });
    await forgetAll();
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, {
      authenticated: false,
      user: null,
      csrfToken: null,
    });
  };
}

/** Reads a league, follows its stream while shown, and remembers it as the one last looked at. */
export function useLeague(leagueId: number) {
  const query = useQuery(leagueQuery(leagueId));
  useLeagueStream(leagueId, query.data?.seq ?? null);
  const isKnown = query.data !== undefined;
  useEffect(() => {
    if (isKnown) lastLeagueId.value = leagueId;
  }, [leagueId, isKnown]);
  return query;
}

/** The week a league is in; the first while it has none. */
export const leagueWeek = (league: Pick<League, 'currentWeek'>): number => league.currentWeek ?? 1;

/** The league's clock in milliseconds: of the replay where one runs, the real one otherwise. */
export const leagueNow = (league: Pick<League, 'replayAt'>): number =>
  league.replayAt === null ? Date.now() : Date.parse(league.replayAt);
