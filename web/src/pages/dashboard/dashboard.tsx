/* The dashboard: one card per team with its matchup and what needs doing, and the latest of all leagues. */
import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import { dashboardQuery, leagueQuery, leaguesQuery, matchupsQuery, standingsQuery } from '../../api/queries';
import type { Dashboard as DashboardDoc, DashboardTeam, Side } from '../../api/types';
import { t } from '../../i18n';
import { points, record, short, until } from '../../i18n/format';
import { share, sidesFor } from '../../lib/game';
import { useLeagueStream } from '../../state/live';
import { lastLeagueId } from '../../state/prefs';
import { leagueNow, useUser } from '../../state/session';
import { EventFeed, MiniMatchup } from '../../ui/cards';
import { FieldBar } from '../../ui/field';
import { Crest, Icon } from '../../ui/icon';
import { Page } from '../../ui/page';
import { type Ticking, useTicking } from '../../ui/points';
import { StandingsTable } from '../../ui/standings';
import { Await, Bone, Empty, SkeletonCard } from '../../ui/states';
import './dashboard.css';

const tick = (row: DashboardTeam, side: Side): Ticking => ({
  kind: 'team',
  league: row.leagueId,
  week: row.week ?? 0,
  id: side.team.id,
});

const Line = ({
  side,
  value,
  isAhead,
  isUpcoming,
}: {
  side: Side;
  value: number;
  isAhead: boolean;
  isUpcoming: boolean;
}) => (
  <div class={`vs${isAhead ? ' ahead' : ''}`}>
    <Crest crest={side.team.crest} />
    <span class="clip">
      <b class="clip">{side.team.name}</b>
      <small class="meta">{record(side.record)}</small>
    </span>
    <span class="val">
      <b>{isUpcoming ? '–' : points(value)}</b>
      <small class="meta">{side.projected !== null && `${t.matchup.proj} ${short(side.projected)}`}</small>
    </span>
  </div>
);

const Versus = ({
  row,
  left,
  right,
  state,
}: {
  row: DashboardTeam;
  left: Side;
  right: Side;
  state: string;
}) => {
  const a = useTicking(tick(row, left), left.points) ?? 0;
  const b = useTicking(tick(row, right), right.points) ?? 0;
  const isUpcoming = state === 'upcoming';
  const part = isUpcoming ? share(left.projected ?? 0, right.projected ?? 0) : share(a, b);
  return (
    <>
      <Line side={left} value={a} isAhead={!isUpcoming && a >= b} isUpcoming={isUpcoming} />
      <Line side={right} value={b} isAhead={!isUpcoming && b >= a} isUpcoming={isUpcoming} />
      <div class="field slim">
        <FieldBar
          share={part}
          label={
            isUpcoming ? `${left.team.name}: ${t.matchup.projShare}` : t.matchup.shareLabel(left.team.name)
          }
          isSlim
        />
      </div>
    </>
  );
};

const Todo = ({ row }: { row: DashboardTeam }) => {
  const league = useQuery(leagueQuery(row.leagueId)).data;
  const left = league && row.nextLock !== null ? until(row.nextLock, leagueNow(league)) : null;
  if (row.matchup === null && row.emptyStarters === 0 && left === null) return null;
  return (
    <div class={`todo${row.emptyStarters > 0 ? ' warn' : ''}`}>
      <Icon name={row.emptyStarters > 0 ? 'triangle-alert' : left === null ? 'check' : 'clock'} />
      <span>
        {row.emptyStarters > 0
          ? t.dashboard.empties(row.emptyStarters)
          : left === null
            ? t.dashboard.allSet
            : t.dashboard.nextLock(left)}
      </span>
      <Link
        class={`btn sm${row.emptyStarters > 0 ? ' primary' : ''}`}
        href={`/leagues/${row.leagueId}/teams/${row.team.id}`}
      >
        {row.emptyStarters > 0 ? t.dashboard.fix : t.nav.team}
      </Link>
    </div>
  );
};

const TeamCard = ({ row }: { row: DashboardTeam }) => {
  const seq = useQuery(leagueQuery(row.leagueId)).data?.seq ?? null;
  useLeagueStream(row.leagueId, seq);
  const sides = row.matchup && sidesFor(row.matchup, row.team.id);
  const isLive = row.matchup?.state === 'live';
  const isBefore = row.state === 'setup' || row.state === 'drafting';
  return (
    <article class="card tcard" aria-label={`${row.team.name}, ${row.leagueName}`}>
      <header>
        <h2 class="clip">
          <Link href={`/leagues/${row.leagueId}`}>{row.leagueName}</Link>
        </h2>
        {row.isSample && <span class="tag warn">{t.players.sampleTag}</span>}
        <span class="more">
          {isLive ? (
            <span class="livechip">{t.matchup.live}</span>
          ) : row.week === null ? (
            ''
          ) : (
            t.week(row.week)
          )}
        </span>
      </header>
      {sides?.left && sides.right ? (
        <Link class="duo" data-row href={`/leagues/${row.leagueId}/matchups/${row.matchup?.id}`}>
          <Versus row={row} left={sides.left} right={sides.right} state={row.matchup?.state ?? 'upcoming'} />
        </Link>
      ) : (
        <div class="duo alone">
          <div class="vs">
            <Crest crest={row.team.crest} />
            <span class="clip">
              <b class="clip">{row.team.name}</b>
              <small class="meta">{record(row.record)}</small>
            </span>
          </div>
          {!isBefore && <p class="meta">{t.leagueState[row.state] ?? t.dashboard.bye}</p>}
        </div>
      )}
      {sides && (
        <p class="place meta">
          {[
            row.season,
            row.week !== null && t.week(row.week),
            row.rank !== null && t.dashboard.place(row.rank, row.teamCount),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      )}
      <Todo row={row} />
      {isBefore && (
        <div class="todo">
          <Icon name="clipboard-list" />
          <span>{t.leagueState[row.state]}</span>
          <Link
            class={`btn sm${row.state === 'drafting' ? ' primary' : ''}`}
            href={`/leagues/${row.leagueId}/draft`}
          >
            {t.draft.go}
          </Link>
        </div>
      )}
    </article>
  );
};

const OpenLeagues = () => {
  const leagues = useQuery(leaguesQuery).data?.leagues.filter((l) => !l.isMember) ?? [];
  if (leagues.length === 0) return null;
  return (
    <section class="card" aria-label={t.dashboard.openLeagues}>
      <header>
        <h2>{t.dashboard.openLeagues}</h2>
      </header>
      <ul class="list openl">
        {leagues.map((l) => (
          <li key={l.id}>
            <Link href={`/leagues/${l.id}`}>
              <Crest crest={l.id} />
              <span class="clip">
                <b class="clip">{l.name}</b>
                <small class="meta">
                  {l.season} · {t.teams(l.teamCount)}
                </small>
              </span>
              {l.isSample && <span class="tag warn">{t.players.sampleTag}</span>}
              <Icon name="chevron-right" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
};

/* The league last looked at, in short: who is where, and what is being played. */
const Snapshot = ({ row }: { row: DashboardTeam }) => {
  const league = useQuery(leagueQuery(row.leagueId)).data;
  const table = useQuery(standingsQuery(row.leagueId)).data;
  const games = useQuery({ ...matchupsQuery(row.leagueId, row.week ?? 1), enabled: row.week !== null }).data;
  const others = games?.matchups.filter((m) => m.id !== row.matchup?.id) ?? [];
  return (
    <div class="snap">
      {league && table && table.rows.length > 1 && (
        <section class="card" aria-label={t.league.standings}>
          <header>
            <h2>{t.league.standings}</h2>
            <Link class="more" href={`/leagues/${row.leagueId}`}>
              {row.leagueName}
            </Link>
          </header>
          <StandingsTable rows={table.rows} league={league} isShort />
        </section>
      )}
      {others.length > 0 && (
        <section class="card" aria-label={t.matchup.around}>
          <header>
            <h2>{t.matchup.around}</h2>
            <span class="more">{row.week !== null && t.week(row.week)}</span>
          </header>
          <ul class="mini">
            {others.map((m) => (
              <MiniMatchup key={m.id} matchup={m} leagueId={row.leagueId} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
};

const Shown = ({ data }: { data: DashboardDoc }) => {
  const firstLeague = useQuery({
    ...leagueQuery(data.teams[0]?.leagueId ?? 0),
    enabled: data.teams.length > 0,
  }).data;
  const current = data.teams.find((x) => x.leagueId === lastLeagueId.value) ?? data.teams[0];
  return (
    <div class="wrap dash">
      <div class="main">
        {data.teams.length === 0 ? (
          <div class="card">
            <Empty
              icon="trophy"
              title={t.dashboard.noTeams}
              isPage
              actions={
                <>
                  <Link class="btn primary" href="/leagues/new">
                    {t.nav.createLeague}
                  </Link>
                  <Link class="btn" href="/join">
                    {t.nav.joinLeague}
                  </Link>
                  <Link class="btn" href="/import">
                    {t.nav.importLeague}
                  </Link>
                </>
              }
            >
              <p>{t.dashboard.noTeamsMore}</p>
            </Empty>
          </div>
        ) : (
          <div class="tcards">
            {data.teams.map((row) => (
              <TeamCard key={row.team.id} row={row} />
            ))}
          </div>
        )}
        {current && <Snapshot row={current} />}
        {data.teams.length > 0 && (
          <div class="acts">
            <Link class="btn" href="/leagues/new">
              <Icon name="plus" />
              {t.nav.createLeague}
            </Link>
            <Link class="btn" href="/join">
              <Icon name="user-plus" />
              {t.nav.joinLeague}
            </Link>
          </div>
        )}
      </div>
      <aside class="side">
        {data.teams.length > 0 && (
          <section class="card" aria-label={t.dashboard.activity}>
            <header>
              <h2>{t.dashboard.activity}</h2>
            </header>
            {data.events.length === 0 ? (
              <p class="meta pad">{t.dashboard.noActivity}</p>
            ) : (
              <EventFeed
                events={data.events}
                now={firstLeague ? leagueNow(firstLeague) : Date.now()}
                hasLeague={data.teams.length > 1}
              />
            )}
          </section>
        )}
        <OpenLeagues />
      </aside>
    </div>
  );
};

const Skeleton = () => (
  <div class="wrap">
    <div class="main">
      <Bone h={264} r={14} />
    </div>
    <aside class="side">
      <SkeletonCard rows={6} height={58} />
    </aside>
  </div>
);

const Dashboard = () => {
  const user = useUser();
  const query = useQuery(dashboardQuery);
  const hasSample = query.data?.teams.some((x) => x.isSample) ?? false;
  return (
    <Page
      title={user ? t.dashboard.hello(user.displayName) : t.dashboard.title}
      actions={
        <Link class="btn icon ghost phone" href="/settings" aria-label={t.nav.settings}>
          <Icon name="settings" />
        </Link>
      }
      note={
        hasSample && (
          <p class="sample">
            <Icon name="flask-conical" />
            <span>
              <b>{t.notes.sample}</b> {t.notes.sampleSome}
            </span>
          </p>
        )
      }
    >
      <Await query={query} skeleton={<Skeleton />}>
        {(data) => <Shown data={data} />}
      </Await>
    </Page>
  );
};

export default Dashboard;
