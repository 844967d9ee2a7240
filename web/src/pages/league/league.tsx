/* A league: champion, standings, a week's matchups, playoffs, rules, and the log of everything that happened. */
import { useSignal } from '@preact/signals';
import { useInfiniteQuery, useQuery } from '@tanstack/preact-query';
import { Link, useSearchParams } from 'wouter-preact';
import { activityPage, leagueKey, matchupsQuery, playoffsQuery, standingsQuery } from '../../api/queries';
import type { League } from '../../api/types';
import { t } from '../../i18n';
import { leads, leagueNow, useLeague } from '../../state/session';
import { EventFeed, MiniMatchup } from '../../ui/cards';
import { Crest, Icon } from '../../ui/icon';
import { lazy } from '../../ui/lazy';
import { Page } from '../../ui/page';
import { StandingsTable } from '../../ui/standings';
import { Await, Bone, Empty, ErrorBox, SkeletonCard } from '../../ui/states';
import { Tabs } from '../../ui/tabs';
import { WeekPicker } from '../../ui/week';
import { SeasonLinks } from '../history/links';
import { Bracket } from './bracket';
import { Rules } from './rules';
import './league.css';

const Invite = lazy(() => import('./invite'));

const LOG_PAGE = 20;

const Champion = ({ league }: { league: League }) => {
  const team = league.teams.find((x) => x.id === league.championTeamId);
  if (!team) return null;
  return (
    <div class="banner gold champion">
      <Icon name="trophy" />
      <Crest crest={team.crest} />
      <div>
        <b>{team.name}</b>
        <small>{t.league.championOf(league.season)}</small>
      </div>
    </div>
  );
};

const Standings = ({ league }: { league: League }) => {
  const query = useQuery(standingsQuery(league.id));
  return (
    <section class="card" id="standings" aria-label={t.league.standings}>
      <header>
        <h2>{t.league.standings}</h2>
        <span class="more">{query.data && t.league.through(query.data.throughWeek)}</span>
      </header>
      <Await query={query} skeleton={<Bone h={552} />}>
        {(data) => <StandingsTable rows={data.rows} league={league} />}
      </Await>
    </section>
  );
};

const Week = ({ league, week }: { league: League; week: number }) => {
  const query = useQuery(matchupsQuery(league.id, week));
  return (
    <section class="card" id="matchups" aria-label={t.league.matchups}>
      <header>
        <h2>
          {t.week(week)} {t.league.matchups.toLowerCase()}
        </h2>
        {query.data?.matchups.some((m) => m.state === 'live') ? (
          <span class="livechip more">{t.matchup.live}</span>
        ) : (
          <span class="more">
            {query.data && t.weekState[query.data.weekState as keyof typeof t.weekState]}
          </span>
        )}
      </header>
      <Await query={query} skeleton={<Bone h={330} />}>
        {(data) =>
          data.matchups.length === 0 ? (
            <Empty icon="calendar" title={t.league.noMatchupsTitle}>
              <p>{t.league.noMatchups}</p>
            </Empty>
          ) : (
            <ul class="mini">
              {data.matchups.map((m) => (
                <MiniMatchup key={m.id} matchup={m} leagueId={league.id} />
              ))}
            </ul>
          )
        }
      </Await>
    </section>
  );
};

const Log = ({ league }: { league: League }) => {
  const query = useInfiniteQuery({
    queryKey: [...leagueKey(league.id), 'activity'],
    queryFn: ({ pageParam, signal }) => activityPage(league.id, pageParam, LOG_PAGE, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.nextBefore,
  });
  const events = query.data?.pages.flatMap((p) => p.events) ?? [];
  return (
    <section class="card" id="activity" aria-label={t.league.activity}>
      <header>
        <h2>{t.league.activity}</h2>
      </header>
      {query.error && events.length === 0 && (
        <ErrorBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data && events.length === 0 && (
        <Empty icon="history" title={t.league.noActivityTitle}>
          <p>{t.league.noActivity}</p>
        </Empty>
      )}
      <EventFeed events={events} now={leagueNow(league)} />
      {query.hasNextPage && (
        <p class="pad">
          <button
            type="button"
            class="btn wide"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t.league.more}
          </button>
        </p>
      )}
    </section>
  );
};

const Playoffs = ({ league }: { league: League }) => {
  const hasBegun = league.weeks.some((w) => w.kind === 'playoff' && w.state !== 'upcoming');
  const query = useQuery({
    ...playoffsQuery(league.id),
    enabled: hasBegun || league.championTeamId !== null,
  });
  if (!query.data || query.data.rounds.length === 0) return null;
  return <Bracket playoffs={query.data} league={league} />;
};

const tabs = [
  { id: 'standings', label: t.league.standings },
  { id: 'matchups', label: t.league.matchups },
  { id: 'activity', label: t.league.activity },
] as const;
type TabId = (typeof tabs)[number]['id'];

const Head = ({ league }: { league: League }) => {
  const isInviting = useSignal(false);
  const free = league.settings.maxTeams - league.teams.length;
  const mayLead = leads(league) && league.state === 'setup';
  const mayInvite = free > 0 && leads(league);
  const isBefore = league.state === 'setup' || league.state === 'drafting';
  return (
    <section class="card lhead" aria-label={league.name}>
      <div class="clip">
        <h2 class="clip">{league.name}</h2>
        <p class="meta">
          {[
            String(league.season),
            t.leagueState[league.state] ?? league.state,
            t.teams(league.teams.length),
            t.preset[league.scoringPreset] ?? league.scoringPreset,
            free > 0 ? t.league.open(free) : null,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {(mayLead || league.draftId !== null) && (
        <Link class={`btn${isBefore ? ' primary' : ''}`} href={`/leagues/${league.id}/draft`}>
          <Icon name="clipboard-list" />
          {!isBefore ? t.draft.title : league.draftId === null ? t.draft.setUp : t.draft.go}
        </Link>
      )}
      {mayInvite && (
        <button
          type="button"
          class="btn"
          onClick={() => {
            isInviting.value = true;
          }}
        >
          <Icon name="user-plus" />
          {t.league.invite}
        </button>
      )}
      {isInviting.value && (
        <Invite
          leagueId={league.id}
          onClose={() => {
            isInviting.value = false;
          }}
        />
      )}
    </section>
  );
};

const Shown = ({ league, week }: { league: League; week: number }) => {
  const tab = useSignal<TabId>('standings');
  return (
    <div class="wrap flush leaguepage" data-tab={tab.value}>
      <div class="main">
        <Head league={league} />
        <SeasonLinks league={league} />
        <Tabs tabs={tabs} current={tab} label={t.league.title} />
        <div class="part standings">
          <Champion league={league} />
          <Standings league={league} />
          <Playoffs league={league} />
          <Rules league={league} />
        </div>
      </div>
      <aside class="side">
        <div class="part matchups">
          <Week league={league} week={week} />
        </div>
        <div class="part activity">
          <Log league={league} />
        </div>
      </aside>
    </div>
  );
};

const LeaguePage = ({ params }: { params: Record<string, string> }) => {
  const leagueId = Number(params.leagueId);
  const [search] = useSearchParams();
  const query = useLeague(leagueId);
  const league = query.data;
  const week = Number(search.get('week')) || league?.currentWeek || 1;
  return (
    <Page
      title={t.league.title}
      leagueId={leagueId}
      lead={
        league && (
          <WeekPicker
            week={week}
            weeks={league.weeks.map((w) => w.week)}
            href={(w) => `/leagues/${leagueId}?week=${w}`}
          />
        )
      }
    >
      <Await
        query={query}
        skeleton={
          <div class="wrap">
            <SkeletonCard rows={12} height={46} />
          </div>
        }
      >
        {(found) => <Shown league={found} week={week} />}
      </Await>
    </Page>
  );
};

export default LeaguePage;
