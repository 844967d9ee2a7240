/* Both line-ups as mirror rows: your points and theirs meet at the slot. */
import { useSignal } from '@preact/signals';
import type { League, Line } from '../../api/types';
import { t } from '../../i18n';
import { points, short } from '../../i18n/format';
import { gameText } from '../../lib/game';
import { openPlayer } from '../../state/panels';
import { bump, cell, cellKey } from '../../state/scores';
import { leagueNow } from '../../state/session';
import { Icon } from '../../ui/icon';
import { InjuryTag, Plate, Pos, shortName } from '../../ui/player';
import { Bump, Points, type Ticking } from '../../ui/points';
import { benchPoints, type MatchupView, type ViewRow } from './view';

interface HalfProps {
  line: Line | null;
  isRight: boolean;
  league: League;
  week: number;
}

const Half = ({ line, isRight, league, week }: HalfProps) => {
  const right = isRight ? ' r' : '';
  if (line === null)
    return (
      <div class={`p none${right}`}>
        <span class="plate club" aria-hidden="true">
          –
        </span>
        <div class="who">
          <b class="t3">{t.matchup.empty}</b>
        </div>
        <div class="pts z">
          <b>–</b>
        </div>
      </div>
    );
  const { player } = line;
  const at: Ticking = { kind: 'player', league: league.id, week, id: player.id };
  const game = gameText(line.game, player.nflTeam, leagueNow(league));
  return (
    <button
      type="button"
      data-row
      class={`p${right}${game.isLive ? ' live' : ''}`}
      onClick={() => {
        openPlayer.value = { playerId: player.id, leagueId: league.id };
      }}
    >
      <Plate player={player} />
      <span class="who">
        <b>
          <span class="f">{player.name}</span>
          <span class="s">{shortName(player)}</span>
          <InjuryTag player={player} />
          <Bump at={at} class="delta" />
        </b>
        <small>
          <span class={game.isLive ? 'on' : game.isIdle ? 'warn' : undefined}>{game.short}</span>
          {game.rest && <span class="x"> · {game.rest}</span>}
        </small>
      </span>
      <span class={`pts${line.points === null ? ' z' : ''}`}>
        <Points at={at} base={line.points} />
        <small class="pj">{line.projected === null ? '' : short(line.projected)}</small>
        <Bump at={at} class="dd" />
      </span>
    </button>
  );
};

const FULL_DIFF = 20;

/** The bar under the slot leans to whoever has more, full at twenty points. */
const Row = ({ row, league, week }: { row: ViewRow; league: League; week: number }) => {
  const of = (line: Line | null): number | null =>
    line === null ? null : (cell(cellKey('player', league.id, week, line.player.id)).value ?? line.points);
  const a = of(row.left);
  const b = of(row.right);
  const diff = (a ?? 0) - (b ?? 0);
  const isOpen = a === null && b === null;
  const width = `${Math.min(50, (Math.abs(diff) / FULL_DIFF) * 50).toFixed(0)}%`;
  const word = (mine: number): string => (isOpen || mine === 0 ? '' : mine > 0 ? ' win' : ' lose');
  const isJust =
    row.left !== null && bump(cellKey('player', league.id, week, row.left.player.id)).value !== null;
  const isTheirs =
    row.right !== null && bump(cellKey('player', league.id, week, row.right.player.id)).value !== null;
  return (
    <li class={`row${isJust ? ' just' : ''}${isTheirs ? ' just-r' : ''}`}>
      <div class={`half${word(diff)}`}>
        <Half line={row.left} isRight={false} league={league} week={week} />
      </div>
      <div class="c">
        <Pos slot={row.slot} />
        <span class="diff">{diff !== 0 && <i class={diff > 0 ? 'a' : 'b'} style={{ width }} />}</span>
      </div>
      <div class={`half${word(-diff)}`}>
        <Half line={row.right} isRight league={league} week={week} />
      </div>
    </li>
  );
};

export const Duel = ({ view, league }: { view: MatchupView; league: League }) => {
  const isOpen = useSignal(false);
  const { week } = view.matchup;
  const total = (lines: (Line | null)[]): string => {
    const sum = benchPoints(lines);
    return sum === null ? '–' : points(sum);
  };
  const leftCount = view.bench.filter((r) => r.left !== null).length;
  const rightCount = view.bench.filter((r) => r.right !== null).length;
  return (
    <section class="card duel" aria-label={t.matchup.lineups}>
      <header>
        <h2>{t.matchup.starters}</h2>
        <span class="meta">{t.matchup.bySlot}</span>
      </header>
      <ol>
        {view.rows.map((row) => (
          <Row key={row.key} row={row} league={league} week={week} />
        ))}
      </ol>
      {view.bench.length > 0 && (
        <button
          type="button"
          class="bench"
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          <span class="num">{total(view.bench.map((r) => r.left))}</span>
          <span class="word">
            {leftCount === rightCount ? t.matchup.bench(leftCount) : t.matchup.benchUneven}
            <Icon name="chevron-down" />
          </span>
          <span class="num">{total(view.bench.map((r) => r.right))}</span>
        </button>
      )}
      {isOpen.value && (
        <ol class="sitting">
          {view.bench.map((row) => (
            <Row key={row.key} row={row} league={league} week={week} />
          ))}
        </ol>
      )}
    </section>
  );
};
