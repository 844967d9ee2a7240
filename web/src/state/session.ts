/* Who is signed in, and the league the page is about. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { call, client, setCsrfToken } from '../api/client';
import { isApiError } from '../api/problem';
import { dashboardQuery, leagueQuery } from '../api/queries';
import type { DashboardTeam, League, Session, SignedIn, User } from '../api/types';
import { forgetAll } from '../lib/outbox';
import { load, save } from '../lib/storage';
import { useLeagueStream } from './live';
import { lastLeagueId } from './prefs';

const ASK_AGAIN_MS = 15_000;

function keptUser(): User | null {
  try {
    return JSON.parse(load('user') ?? 'null');
  } catch {
    return null;
  }
}

const keepUser = (user: User | null): void => save('user', user && JSON.stringify(user));

/* Who was signed in when the server last answered: without a network he still sees what was read on this device.
   Such a session can write nothing (it has no token) and asks again until the server answers. */
const isKept = (session: Session | undefined): boolean =>
  session?.authenticated === true && session.csrfToken === null;

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session> => {
    try {
      const session = await call(client.GET('/api/auth/session', { signal }));
      setCsrfToken(session.csrfToken);
      keepUser(session.user);
      return session;
    } catch (error) {
      const user = isApiError(error) && error.isUnreachable ? keptUser() : null;
      if (user === null) throw error;
      return { authenticated: true, user, csrfToken: null, secondFactor: 'ok' };
    }
  },
  staleTime: 5 * 60_000,
  refetchInterval: (query) => (isKept(query.state.data) ? ASK_AGAIN_MS : false),
});

export const useUser = (): User | null => useQuery(sessionQuery).data?.user ?? null;

/** The viewer's teams, one row per league; empty while unknown or signed out. */
export function useMyTeams(): readonly DashboardTeam[] {
  const user = useUser();
  return useQuery({ ...dashboardQuery, enabled: user !== null }).data?.teams ?? [];
}

/** Takes over the answer of a sign-in or registration. */
export function useSignedIn(): (answer: Pick<SignedIn, 'user' | 'csrfToken' | 'secondFactor'>) => void {
  const queries = useQueryClient();
  return (answer) => {
    setCsrfToken(answer.csrfToken);
    keepUser(answer.user);
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, {
      authenticated: true,
      user: answer.user,
      csrfToken: answer.csrfToken,
      secondFactor: answer.secondFactor,
    });
  };
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await call(client.POST('/api/auth/logout'));
    setCsrfToken(null);
    keepUser(null);
    navigator.serviceWorker?.controller?.postMessage({ type: 'FORGET' });
    await forgetAll();
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, {
      authenticated: false,
      user: null,
      csrfToken: null,
      secondFactor: 'ok',
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

/** True for those who run the league. */
export const leads = (league: Pick<League, 'role'>): boolean =>
  league.role === 'commissioner' || league.role === 'co_commissioner';

/** The week a league is in; the first while it has none. */
export const leagueWeek = (league: Pick<League, 'currentWeek'>): number => league.currentWeek ?? 1;

/** The league's clock in milliseconds: of the replay where one runs, the real one otherwise. */
export const leagueNow = (league: Pick<League, 'replayAt'>): number =>
  league.replayAt === null ? Date.now() : Date.parse(league.replayAt);
