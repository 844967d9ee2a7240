/* "/leagues/12/matchup?week=5&team=7": finds the matchup of a team (mine unless said) in a week (now unless said). */
import { useQuery } from '@tanstack/preact-query';
import { Redirect, useSearchParams } from 'wouter-preact';
import { matchupsQuery } from '../../api/queries';
import type { League } from '../../api/types';
import { t } from '../../i18n';
import { useLeague } from '../../state/session';
import { Page } from '../../ui/page';
import { Await, Empty, SkeletonCard } from '../../ui/states';
import { WeekPicker } from '../../ui/week';

export const matchupHref = (leagueId: number, week: number, teamId: number): string =>
  `/leagues/${leagueId}/matchup?week=${week}&team=${teamId}`;

const Found = ({ league, week, teamId }: { league: League; week: number; teamId: number | null }) => {
  const query = useQuery(matchupsQuery(league.id, week));
  return (
    <Await query={query} skeleton={<SkeletonCard rows={9} height={58} />}>
      {(list) => {
        const found = list.matchups.find((m) => m.home?.team.id === teamId || m.away?.team.id === teamId);
        if (found) return <Redirect to={`/leagues/${league.id}/matchups/${found.id}`} replace />;
        return (
          <div class="card">
            <Empty icon="calendar" title={t.matchup.noneTitle} isPage>
              <p>
                {league.weeks.length === 0 || list.matchups.length === 0
                  ? t.league.noMatchups
                  : t.matchup.none}
              </p>
            </Empty>
          </div>
        );
      }}
    </Await>
  );
};

const MyMatchup = ({ params }: { params: Record<string, string> }) => {
  const leagueId = Number(params.leagueId);
  const [search] = useSearchParams();
  const query = useLeague(leagueId);
  const week = Number(search.get('week')) || query.data?.currentWeek || 1;
  const teamId = Number(search.get('team')) || query.data?.myTeamId || null;
  return (
    <Page
      title={t.matchup.title}
      leagueId={leagueId}
      lead={
        <WeekPicker
          week={week}
          weeks={query.data?.weeks.map((w) => w.week) ?? []}
          href={(w) => `/leagues/${leagueId}/matchup?week=${w}${teamId === null ? '' : `&team=${teamId}`}`}
        />
      }
    >
      <div class="wrap one">
        <Await query={query} skeleton={<SkeletonCard rows={9} height={58} />}>
          {(league) => <Found league={league} week={week} teamId={teamId} />}
        </Await>
      </div>
    </Page>
  );
};

export default MyMatchup;
