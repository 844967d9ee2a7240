/* One place of a line-up: slot, player, game, projection and points, padlock, and the way to the player's card. */
import type { League, LinePlayer, LineupSlot } from '../../api/types';
import { t } from '../../i18n';
import { kickoff, short } from '../../i18n/format';
import { gameText, slotName } from '../../lib/game';
import { type Place, placeKey } from '../../lib/lineup';
import { openPlayer } from '../../state/panels';
import { leagueNow, leagueWeek } from '../../state/session';
import { Icon } from '../../ui/icon';
import { InjuryTag, Plate, Pos } from '../../ui/player';
import { Points } from '../../ui/points';

interface ShapeProps {
  line: LinePlayer | null;
  slotInfo?: LineupSlot;
  league: League;
  slot: string;
  week?: number;
  isShort?: boolean;
}

const lockText = (line: LinePlayer, now: number): string =>
  line.locksAt === null ? t.lineup.locked : t.lineup.lockedAt(kickoff(line.locksAt, now));

export const RowShape = ({ line, slotInfo, league, slot, week, isShort }: ShapeProps) => {
  const now = leagueNow(league);
  if (line === null)
    return (
      <>
        <Pos slot={slot} />
        <span class="plate vacant" aria-hidden="true" />
        <span class="who">
          <b class="warn">{t.lineup.emptySlot}</b>
          <small>{slotInfo && t.lineup.emptyHint(slotInfo.eligible.map(slotName).join(', '))}</small>
        </span>
      </>
    );
  const game = gameText(line.game, line.player.nflTeam, now);
  return (
    <>
      <Pos slot={slot} />
      <Plate player={line.player} />
      <span class="who">
        <b>
          {line.player.name}
          <InjuryTag player={line.player} />
        </b>
        <small>
          <span class="t2">{slotName(line.player.position)}</span> ·{' '}
          <span class={game.isLive ? 'on' : game.isIdle ? 'warn' : undefined}>{game.short}</span>
          {game.rest && ` · ${game.rest}`}
        </small>
      </span>
      {!isShort && (
        <>
          {line.isLocked && (
            <span class="lock" title={lockText(line, now)}>
              <Icon name="lock" />
              <span class="vh">{lockText(line, now)}</span>
              <small aria-hidden="true">{line.locksAt === null ? '' : kickoff(line.locksAt, now)}</small>
            </span>
          )}
          <span class={`pts${line.points === null ? ' z' : ''}`}>
            {week === undefined ? (
              <b>{line.points ?? '–'}</b>
            ) : (
              <Points
                at={{ kind: 'player', league: league.id, week, id: line.player.id }}
                base={line.points}
              />
            )}
            <small>{line.projected === null ? '' : short(line.projected)}</small>
          </span>
        </>
      )}
    </>
  );
};

interface RowProps {
  league: League;
  slot: string;
  slotInfo?: LineupSlot;
  line: LinePlayer | null;
  week?: number;
  /* Only in the editor: */
  place?: Place;
  isHeld?: boolean;
  isTarget?: boolean;
  isDimmed?: boolean;
  fault?: string | null;
  onPress?: () => void;
}

export const LineupRow = (props: RowProps) => {
  const { league, slot, slotInfo, line, place, isHeld, isTarget, isDimmed, fault, onPress } = props;
  const open = (): void => {
    if (line) openPlayer.value = { playerId: line.player.id, leagueId: league.id };
  };
  const state = [
    'lrow',
    isHeld && 'held',
    isTarget && 'target',
    isDimmed && !isHeld && !isTarget && 'dim',
    line?.isLocked && 'locked',
    line?.game?.state === 'in_progress' && 'live',
    fault && 'faulty',
  ];
  const shape = (
    <RowShape
      line={line}
      {...(slotInfo && { slotInfo })}
      league={league}
      slot={slot}
      week={props.week ?? leagueWeek(league)}
    />
  );
  return (
    <li class={state.filter(Boolean).join(' ')}>
      {place && onPress ? (
        <button
          type="button"
          class="main-b"
          data-row
          data-place={placeKey(place)}
          aria-pressed={isHeld}
          onClick={onPress}
        >
          {isTarget && <span class="vh">{t.lineup.moveHere}</span>}
          {shape}
        </button>
      ) : (
        <button type="button" class="main-b" data-row onClick={open}>
          {shape}
        </button>
      )}
      {place && line && (
        <button
          type="button"
          class="btn icon ghost more-b"
          aria-label={`${t.players.log}: ${line.player.name}`}
          onClick={open}
        >
          <Icon name="chevron-right" />
        </button>
      )}
      {fault && (
        <p class="fault" role="alert">
          <Icon name="triangle-alert" />
          {fault}
        </p>
      )}
    </li>
  );
};
