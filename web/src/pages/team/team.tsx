/* A team in a week: the line-up editor when it is mine and the week is not over, the line-up to read otherwise. */
import { useSignal } from '@preact/signals';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { Link, useSearchParams } from 'wouter-preact';
import { leagueKey, lineupQuery, teamQuery } from '../../api/queries';
import type { League, Lineup, TeamDoc } from '../../api/types';
import { t } from '../../i18n';
import { ordinal, points, record, short } from '../../i18n/format';
import { emptyCount } from '../../lib/lineup';
import { leagueWeek, useLeague } from '../../state/session';
import { Crest, Icon } from '../../ui/icon';
import { lazy } from '../../ui/lazy';
import { Page } from '../../ui/page';
import { useTicking } from '../../ui/points';
import { Await, Bone, SkeletonCard } from '../../ui/states';
import { WeekPicker } from '../../ui/week';
import { Editor } from './editor';
import { LineupRow } from './row';
import { type Saver, useSaver } from './save';
import './team.css';

const EditTeam = lazy(() => import('./edit'));

const isOver = (weekState: string): boolean => weekState === 'final' || weekState === 'provisional';

const Stat = ({ label, children }: { label: string; children: string }) => (
  <div class="stat">
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);

const Head = ({ doc, lineup, league }: { doc: TeamDoc; lineup: Lineup; league: League }) => {
  const isEditing = useSignal(false);
  const total = useTicking(
    { kind: 'team', league: league.id, week: lineup.week, id: doc.team.id },
    lineup.points,
  );
  return (
    <section class="card thead" aria-label={doc.team.name}>
      <Crest crest={doc.team.crest} />
      <div class="clip">
        <h2 class="clip">{doc.team.name}</h2>
        <p class="meta clip">
          {[doc.team.managers.join(', '), record(doc.record), doc.rank !== null && ordinal(doc.rank)]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {doc.isMine && (
        <button
          type="button"
          class="btn icon ghost"
          aria-label={t.team.edit}
          onClick={() => {
            isEditing.value = true;
          }}
        >
          <Icon name="settings" />
        </button>
      )}
      <dl>
        <Stat label={t.lineup.points}>{total === null ? '–' : points(total)}</Stat>
        {lineup.projected !== null && <Stat label={t.lineup.projected}>{short(lineup.projected)}</Stat>}
        {lineup.optimalPoints !== null && <Stat label={t.lineup.best}>{points(lineup.optimalPoints)}</Stat>}
      </dl>
      {isEditing.value && (
        <EditTeam
          team={doc.team}
          leagueId={league.id}
          onClose={() => {
            isEditing.value = false;
          }}
        />
      )}
    </section>
  );
};

const Notices = ({
  lineup,
  saver,
  canEdit,
  isMine,
}: {
  lineup: Lineup;
  saver: Saver;
  canEdit: boolean;
  isMine: boolean;
}) => {
  const trouble = saver.trouble.value;
  const empties = emptyCount(lineup);
  return (
    <>
      {trouble && (
        <div class="banner bad" role="alert">
          <Icon name="triangle-alert" />
          <div>
            <b>{trouble.title}</b> {trouble.more}
            {trouble.requestId && <small>{t.errors.request(trouble.requestId)}</small>}
          </div>
          {trouble.isKept && (
            <button type="button" class="btn" onClick={saver.retry}>
              {t.retry}
            </button>
          )}
        </div>
      )}
      {canEdit && empties > 0 && (
        <div class="banner warn">
          <Icon name="triangle-alert" />
          <div>{t.lineup.empties(empties)}</div>
        </div>
      )}
      {isMine && !canEdit && (
        <div class="banner">
          <Icon name="lock" />
          <div>{t.lineup.readOnlyPast}</div>
        </div>
      )}
    </>
  );
};

const ReadOnly = ({ league, lineup }: { league: League; lineup: Lineup }) => (
  <div class="editor">
    {(
      [
        [
          t.lineup.starters,
          lineup.slots.map((s) => ({
            key: `${s.slot}${s.ordinal}`,
            slot: s.slot,
            line: s.player,
            slotInfo: s,
          })),
        ],
        [t.lineup.bench, lineup.bench.map((p) => ({ key: `b${p.player.id}`, slot: 'BN', line: p }))],
        [t.lineup.ir, lineup.ir.map((p) => ({ key: `i${p.player.id}`, slot: 'IR', line: p }))],
      ] as const
    ).map(
      ([title, rows]) =>
        rows.length > 0 && (
          <section key={title} class="card" aria-label={title}>
            <header>
              <h2>{title}</h2>
            </header>
            <ol>
              {rows.map(({ key, ...row }) => (
                <LineupRow key={key} league={league} week={lineup.week} {...row} />
              ))}
            </ol>
          </section>
        ),
    )}
  </div>
);

const Board = ({
  league,
  doc,
  lineup,
  saver,
}: {
  league: League;
  doc: TeamDoc;
  lineup: Lineup;
  saver: Saver;
}) => {
  const queries = useQueryClient();
  const canEdit = doc.isMine && !isOver(lineup.weekState);
  useEffect(() => {
    /* Where a worker runs it sends what was kept, and says so; the page sends by itself only without one. */
    const again = (): void => {
      if (saver.trouble.peek()?.isKept && !navigator.serviceWorker?.controller) saver.retry();
    };
    const told = (event: MessageEvent): void => {
      if (event.data?.type !== 'OUTBOX' || event.data.teamId !== lineup.teamId) return;
      saver.draft.value = null;
      saver.trouble.value = null;
      void queries.invalidateQueries({ queryKey: leagueKey(league.id) });
    };
    addEventListener('online', again);
    navigator.serviceWorker?.addEventListener('message', told);
    return () => {
      removeEventListener('online', again);
      navigator.serviceWorker?.removeEventListener('message', told);
    };
  }, [saver, queries, league.id, lineup.teamId]);
  return (
    <div class="main">
      <Head doc={doc} lineup={lineup} league={league} />
      <Notices lineup={lineup} saver={saver} canEdit={canEdit} isMine={doc.isMine} />
      {canEdit ? (
        <Editor league={league} lineup={lineup} saver={saver} />
      ) : (
        <ReadOnly league={league} lineup={lineup} />
      )}
      {canEdit && <p class="meta hide keys-hint">{t.lineup.keys}</p>}
    </div>
  );
};

const Skeleton = () => (
  <div class="main">
    <Bone h={92} r={14} />
    <SkeletonCard rows={9} height={58} />
  </div>
);

interface WeekProps {
  league: League;
  teamId: number;
  week: number;
}

const TeamWeek = ({ league, teamId, week }: WeekProps) => {
  const team = useQuery(teamQuery(league.id, teamId, week));
  const lineup = useQuery(lineupQuery(league.id, teamId, week));
  const saver = useSaver(league.id, teamId, week);
  const shown = saver.draft.value ?? lineup.data;
  const title = team.data ? (team.data.isMine ? t.lineup.title : team.data.team.name) : t.nav.team;
  const canEdit = team.data?.isMine === true && shown !== undefined && !isOver(shown.weekState);
  return (
    <Page
      title={title}
      leagueId={league.id}
      lead={
        <WeekPicker
          week={week}
          weeks={league.weeks.map((w) => w.week)}
          href={(w) => `/leagues/${league.id}/teams/${teamId}?week=${w}`}
        />
      }
      actions={
        <>
          <Link class="btn hide" href={`/leagues/${league.id}/matchup?week=${week}&team=${teamId}`}>
            <Icon name="swords" />
            {t.nav.matchup}
          </Link>
          {canEdit && shown && (
            <button
              type="button"
              class="btn primary"
              title={t.lineup.optimalHint}
              disabled={saver.isBusy.value}
              onClick={() => void saver.optimal(shown)}
            >
              <Icon name="wand-sparkles" />
              {t.lineup.optimal}
            </button>
          )}
        </>
      }
    >
      <div class="wrap one team-wrap">
        <Await query={team} skeleton={<Skeleton />}>
          {(doc) => (
            <Await query={lineup} skeleton={<Skeleton />}>
              {(read) => <Board league={league} doc={doc} lineup={saver.draft.value ?? read} saver={saver} />}
            </Await>
          )}
        </Await>
      </div>
    </Page>
  );
};

const TeamPage = ({ params }: { params: Record<string, string> }) => {
  const leagueId = Number(params.leagueId);
  const [search] = useSearchParams();
  const league = useLeague(leagueId);
  if (league.data === undefined)
    return (
      <Page title={t.nav.team} leagueId={leagueId}>
        <div class="wrap one team-wrap">
          <Await query={league} skeleton={<Skeleton />}>
            {() => null}
          </Await>
        </div>
      </Page>
    );
  const week = Number(search.get('week')) || leagueWeek(league.data);
  const teamId = Number(params.teamId);
  return <TeamWeek key={`${teamId}-${week}`} league={league.data} teamId={teamId} week={week} />;
};

export default TeamPage;
