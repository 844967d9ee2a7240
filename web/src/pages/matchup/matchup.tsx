/* One matchup. On a phone its three parts are tabs; on a desktop they stand side by side. */
import { useSignal } from '@preact/signals';
import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import { activityPage, leagueKey, matchupQuery } from '../../api/queries';
import type { League, MatchupDoc } from '../../api/types';
import { t } from '../../i18n';
import { points, signed } from '../../i18n/format';
import { gameText, sidesFor, slotName } from '../../lib/game';
import { leagueNow, useLeague } from '../../state/session';
import { EventFeed, MiniMatchup } from '../../ui/cards';
import { Icon } from '../../ui/icon';
import { Page } from '../../ui/page';
import { Await, Bone, Empty, SkeletonCard } from '../../ui/states';
import { Tabs } from '../../ui/tabs';
import { WeekPicker } from '../../ui/week';
import { Duel } from './duel';
import { Hero } from './hero';
import { matchupHref } from './mine';
import { type MatchupView, topScorers, viewOf } from './view';
import './matchup.css';

const TOP = 5;
const ACTIVITY = 5;

const TopScorers = ({ view, league }: { view: MatchupView; league: League }) => {
  const best = topScorers(view.rows, TOP);
  return (
    <section class="card">
      <header>
        <h2>{t.matchup.top}</h2>
        {view.matchup.state === 'live' && <span class="livechip more">{t.matchup.live}</span>}
      </header>
      {best.length === 0 ? (
        <p class="meta pad">{t.matchup.topNone}</p>
      ) : (
        <ol class="feed">
          {best.map((s) => {
            const game = gameText(s.line.game, s.player.nflTeam, leagueNow(league));
            return (
              <li key={s.player.id}>
                <b class={s.points < 0 ? 'n' : s.side === 'left' ? 'a' : 'b'}>{points(s.points)}</b>
                <div>
                  <p>
                    <strong>{s.player.name}</strong>{' '}
                    {s.line.projected !== null && t.matchup.onProjection(signed(s.points - s.line.projected))}
                  </p>
                  <small>
                    {slotName(s.player.position)} · {game.short}
                    {game.rest && ` · ${game.rest}`}
                  </small>
                </div>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
};

const Around = ({ doc }: { doc: MatchupDoc }) => (
  <section class="card">
    <header>
      <h2>{t.matchup.around}</h2>
      <Link class="more" href={`/leagues/${doc.leagueId}?week=${doc.matchup.week}`}>
        {t.matchup.allGames}
      </Link>
    </header>
    <ul class="mini">
      {doc.others.map((m) => (
        <MiniMatchup key={m.id} matchup={m} leagueId={doc.leagueId} />
      ))}
    </ul>
  </section>
);

const Log = ({ league }: { league: League }) => {
  const log = useQuery({
    queryKey: [...leagueKey(league.id), 'activity', 'short'],
    queryFn: ({ signal }) => activityPage(league.id, null, ACTIVITY, signal),
  }).data;
  if (!log || log.events.length === 0) return null;
  return (
    <section class="card">
      <header>
        <h2>{t.matchup.activity}</h2>
        <Link class="more" href={`/leagues/${league.id}`}>
          {t.matchup.seeAll}
        </Link>
      </header>
      <EventFeed events={log.events.slice(0, ACTIVITY)} now={leagueNow(league)} />
    </section>
  );
};

const tabs = [
  { id: 'lineups', label: t.matchup.lineups },
  { id: 'top', label: t.matchup.top },
  { id: 'league', label: t.matchup.league },
] as const;
type TabId = (typeof tabs)[number]['id'];

const Shown = ({ league, doc }: { league: League; doc: MatchupDoc }) => {
  const tab = useSignal<TabId>('lineups');
  const view = viewOf(doc, league.myTeamId);
  if (view === null)
    return (
      <Empty icon="calendar" title={t.matchup.undecided} isPage>
        <p>{t.matchup.undecidedMore}</p>
      </Empty>
    );
  return (
    <div class="wrap flush matchup" data-tab={tab.value}>
      <div class="main">
        <Hero view={view} league={league} weekState={doc.weekState} />
        <Tabs tabs={tabs} current={tab} label={t.matchup.title} />
        <Duel view={view} league={league} />
      </div>
      <aside class="side">
        <TopScorers view={view} league={league} />
        {doc.others.length > 0 && <Around doc={doc} />}
        <Log league={league} />
      </aside>
    </div>
  );
};

const Skeleton = () => (
  <div class="wrap flush">
    <div class="main">
      <div class="hero">
        <Bone h={206} r={12} />
      </div>
      <SkeletonCard rows={9} height={58} />
    </div>
  </div>
);

const MatchupPage = ({ params }: { params: Record<string, string> }) => {
  const leagueId = Number(params.leagueId);
  const league = useLeague(leagueId);
  const query = useQuery(matchupQuery(leagueId, Number(params.matchupId)));
  const doc = query.data;
  const side = doc && league.data ? sidesFor(doc.matchup, league.data.myTeamId).left : null;
  return (
    <Page
      title={t.matchup.title}
      leagueId={leagueId}
      lead={
        doc &&
        side && (
          <WeekPicker
            week={doc.matchup.week}
            weeks={league.data?.weeks.map((w) => w.week) ?? []}
            href={(w) => matchupHref(leagueId, w, side.team.id)}
          />
        )
      }
      actions={
        side &&
        side.team.id === league.data?.myTeamId &&
        doc?.matchup.state !== 'final' && (
          <Link
            class="btn hide"
            href={`/leagues/${leagueId}/teams/${side.team.id}?week=${doc?.matchup.week}`}
          >
            <Icon name="shirt" />
            {t.matchup.editLineup}
          </Link>
        )
      }
    >
      <Await query={league} skeleton={<Skeleton />}>
        {(known) => (
          <Await query={query} skeleton={<Skeleton />}>
            {(found) => <Shown league={known} doc={found} />}
          </Await>
        )}
      </Await>
    </Page>
  );
};

export default MatchupPage;
