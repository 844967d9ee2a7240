/* The top of a matchup: both scores, who leads, how the lead came about slot by slot, each side's share. */
import { useQuery } from '@tanstack/preact-query';
import { useEffect, useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { standingsQuery } from '../../api/queries';
import type { League, Side } from '../../api/types';
import { t } from '../../i18n';
import { ordinal, points, record, short, signed } from '../../i18n/format';
import { runningMargin, share, slotName, tally } from '../../lib/game';
import { cell, cellKey } from '../../state/scores';
import { announce } from '../../state/toasts';
import { FieldBar } from '../../ui/field';
import { Crest } from '../../ui/icon';
import { Score, type Ticking, useTicking } from '../../ui/points';
import { Spark } from '../../ui/spark';
import type { MatchupView, ViewRow } from './view';

const LEVEL = 0.005;
const ANNOUNCE_EVERY_MS = 10_000;

export const StateChip = ({ state, isChecked }: { state: string; isChecked: boolean }) => {
  if (state === 'live') return <span class="livechip">{t.matchup.live}</span>;
  const word = state === 'final' ? (isChecked ? t.matchup.final : t.matchup.provisional) : t.matchup.upcoming;
  return <span class="livechip done">{word}</span>;
};

const TeamHead = ({ side, league, isRight }: { side: Side; league: League; isRight: boolean }) => {
  const rank = useQuery(standingsQuery(league.id)).data?.rows.find((r) => r.team.id === side.team.id)?.rank;
  const about = [
    side.team.managers[0],
    record(side.record),
    side.seed !== null ? t.league.seed(side.seed) : rank ? ordinal(rank) : null,
  ].filter(Boolean);
  const words = (
    <div class="clip">
      <h2 class="clip">
        <Link href={`/leagues/${league.id}/teams/${side.team.id}`}>{side.team.name}</Link>
      </h2>
      <small class="clip">{about.join(' · ')}</small>
    </div>
  );
  return (
    <div class={`team${isRight ? ' r' : ''}`}>
      {isRight ? words : <Crest crest={side.team.crest} />}
      {isRight ? <Crest crest={side.team.crest} /> : words}
    </div>
  );
};

const SubLine = ({
  side,
  lines,
  isRight,
  state,
}: {
  side: Side;
  lines: ViewRow[];
  isRight: boolean;
  state: string;
}) => {
  const { playing, toPlay } = tally(lines.map((r) => (isRight ? r.right : r.left)));
  const parts = [
    side.projected !== null && (
      <span key="p">
        {t.matchup.proj} <b>{short(side.projected)}</b>
      </span>
    ),
    state === 'live' && playing > 0 && <span key="n">{t.matchup.playing(playing)}</span>,
    state === 'live' && <span key="t">{t.matchup.toPlay(toPlay)}</span>,
  ].filter(Boolean);
  return <div class="sub">{isRight ? parts.reverse() : parts}</div>;
};

function edgeText(left: Side, right: Side, a: number, b: number, state: string): string {
  if (state === 'upcoming') {
    const gap = (left.projected ?? 0) - (right.projected ?? 0);
    if (left.projected === null || right.projected === null || Math.abs(gap) < 0.05) return t.matchup.notYet;
    return t.matchup.projectedEdge((gap > 0 ? left : right).team.name, Math.abs(gap));
  }
  const gap = a - b;
  if (Math.abs(gap) < LEVEL) return state === 'final' ? t.matchup.drawn : t.matchup.level;
  const leader = (gap > 0 ? left : right).team.name;
  return state === 'final' ? t.matchup.won(leader, Math.abs(gap)) : t.matchup.leads(leader, Math.abs(gap));
}

/** While the page is hidden its title carries the margin; score changes are read out at most every ten seconds. */
function useSpokenScore(left: Side, right: Side, a: number, b: number, isLive: boolean): void {
  const said = useRef(`${a} ${b}`);
  useEffect(() => {
    if (!isLive) return;
    const own = document.title;
    const retitle = (): void => {
      document.title = document.hidden ? `${signed(a - b)} ${left.team.name}` : own;
    };
    retitle();
    document.addEventListener('visibilitychange', retitle);
    return () => {
      document.removeEventListener('visibilitychange', retitle);
      document.title = own;
    };
  }, [a, b, left.team.name, isLive]);
  const newest = useRef({ a, b });
  newest.current = { a, b };
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => {
      const now = newest.current;
      if (said.current === `${now.a} ${now.b}`) return;
      said.current = `${now.a} ${now.b}`;
      announce(t.matchup.scores(left.team.name, points(now.a), right.team.name, points(now.b)));
    }, ANNOUNCE_EVERY_MS);
    return () => clearInterval(timer);
  }, [left.team.name, right.team.name, isLive]);
}

const Margin = ({ view, league }: { view: MatchupView; league: League }) => {
  const now = (row: ViewRow, which: 'left' | 'right'): number => {
    const line = row[which];
    if (line === null) return 0;
    return cell(cellKey('player', league.id, view.matchup.week, line.player.id)).value ?? line.points ?? 0;
  };
  const rows = view.rows.map((r) => ({ left: now(r, 'left'), right: now(r, 'right') }));
  const margins = runningMargin(rows);
  const words = view.rows.map((r, i) => `${slotName(r.slot)} ${signed(margins[i + 1] ?? 0)}`);
  return <Spark values={margins} label={`${t.matchup.marginLabel}: ${words.join(', ')}`} />;
};

export const Hero = ({
  view,
  league,
  weekState,
}: {
  view: MatchupView;
  league: League;
  weekState: string;
}) => {
  const { left, right, matchup } = view;
  const at = (side: Side | null): Ticking => ({
    kind: 'team',
    league: league.id,
    week: matchup.week,
    id: side?.team.id ?? 0,
  });
  const a = useTicking(at(left), left.points) ?? left.points;
  const b = useTicking(at(right), right?.points ?? null) ?? 0;
  useSpokenScore(left, right ?? left, a, b, matchup.state === 'live' && right !== null);
  const isUpcoming = matchup.state === 'upcoming';
  const hasShare = right !== null && (!isUpcoming || (left.projected !== null && right.projected !== null));
  const part = isUpcoming ? share(left.projected ?? 0, right?.projected ?? 0) : share(a, b);
  const percent = Math.round(part * 100);
  return (
    <section class={`hero${isUpcoming ? ' ahead' : ''}`} aria-label={t.matchup.score}>
      <div class="teams">
        <div>
          <TeamHead side={left} league={league} isRight={false} />
          <Score at={at(left)} base={left.points} />
          <SubLine side={left} lines={view.rows} isRight={false} state={matchup.state} />
        </div>
        <div class="mid">
          <StateChip state={matchup.state} isChecked={weekState === 'final'} />
          {matchup.kind !== 'regular' && <span class="eyebrow kind">{t.matchup.kind[matchup.kind]}</span>}
          <p class="edge">
            {right === null ? t.matchup.byeTeam : edgeText(left, right, a, b, matchup.state)}
          </p>
          {right !== null && !isUpcoming && <Margin view={view} league={league} />}
          {right !== null && (
            <small class="cap">
              {isUpcoming ? (hasShare ? t.matchup.byProjection : '') : t.matchup.marginLabel}
            </small>
          )}
        </div>
        {right !== null && (
          <div class="sr">
            <TeamHead side={right} league={league} isRight />
            <Score at={at(right)} base={right.points} />
            <SubLine side={right} lines={view.rows} isRight state={matchup.state} />
          </div>
        )}
      </div>
      {hasShare && (
        <div class="field">
          <div class="lab">
            <span>
              <b class="volt">{percent}%</b> {isUpcoming ? t.matchup.projShare : t.matchup.share}
            </span>
            <span>
              <b class="iris">{100 - percent}%</b>
            </span>
          </div>
          <FieldBar share={part} label={t.matchup.shareLabel(left.team.name)} />
        </div>
      )}
    </section>
  );
};
