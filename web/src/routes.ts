/* Every address of the client and the code that shows it; each page is a file of its own. */
import type { ComponentType } from 'preact';
import { lazy } from './ui/lazy';

export interface RouteRow {
  path: string;
  page: ComponentType<{ params: Record<string, string> }>;
}

const row = (
  path: string,
  load: () => Promise<{ default: ComponentType<{ params: Record<string, string> }> }>,
): RouteRow => ({
  path,
  page: lazy(load),
});

export const routes: readonly RouteRow[] = [
  row('/', () => import('./pages/dashboard/home')),
  row('/sign-in', () => import('./pages/auth/sign-in')),
  row('/sign-up', () => import('./pages/auth/sign-up')),
  row('/settings', () => import('./pages/settings/settings')),
  row('/admin/dashboard', () => import('./pages/admin/dashboard')),
  row('/join/:code?', () => import('./pages/league/join')),
  row('/leagues/new', () => import('./pages/league/create')),
  row('/leagues/:leagueId', () => import('./pages/league/league')),
  row('/leagues/:leagueId/matchup', () => import('./pages/matchup/mine')),
  row('/leagues/:leagueId/matchups/:matchupId', () => import('./pages/matchup/matchup')),
  row('/leagues/:leagueId/teams/:teamId', () => import('./pages/team/team')),
  row('/leagues/:leagueId/draft', () => import('./pages/draft/draft')),
  row('/leagues/:leagueId/history', () => import('./pages/history/history')),
  row('/import/:importId?', () => import('./pages/import/import')),
  row('/leagues/:leagueId/players', () => import('./pages/players/players')),
];
