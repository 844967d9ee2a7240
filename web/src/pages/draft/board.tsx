/* The board: a row per round, a column per team, the position's colour and name in every cell. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DraftPick } from '../../api/types';
import { t } from '../../i18n';
import { boardRows, nearRounds, pickLabel } from '../../lib/draft';
import { slotClass, slotName } from '../../lib/game';
import { Crest } from '../../ui/icon';
import { shortName } from '../../ui/player';
import type { Room } from './room';

const Cell = ({ pick, room }: { pick: DraftPick | null; room: Room }) => {
  if (pick === null) return <td class="free" />;
  const label = pickLabel(pick.number, room.doc.order.length);
  const isMine = pick.team.id === room.myTeamId;
  const { player } = pick;
  if (player === null) {
    const isNow = pick.number === room.doc.currentPick;
    return (
      <td class={`free${isMine ? ' mine' : ''}${isNow ? ' now' : ''}`}>
        <i>{label}</i>
      </td>
    );
  }
  return (
    <td class={`cell clip ${slotClass(player.position)}`} title={player.name}>
      <b class="clip">{shortName(player)}</b>
      <small>
        {slotName(player.position)} {player.nflTeam}
      </small>
      <i>{label}</i>
    </td>
  );
};

/** `isShown`: on a phone the board is a tab of its own, and begins at the viewer's column. */
export const Board = ({ room, isShown }: { room: Room; isShown: boolean }) => {
  const { doc } = room;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const mine = box.current?.querySelector<HTMLElement>('.ours');
    if (isShown && box.current && mine)
      box.current.scrollLeft = mine.offsetLeft - (box.current.clientWidth - mine.offsetWidth) / 2;
  }, [isShown]);
  const isDone = doc.state === 'complete';
  const isWhole = useSignal(isDone);
  const all = boardRows(doc);
  const rows = isWhole.value ? all : nearRounds(all, doc.currentRound ?? 1);
  return (
    <div class="card part board wide">
      <header>
        <h2>{t.draft.board}</h2>
        {!isDone && all.length > rows.length - 1 && (
          <button
            type="button"
            class="btn sm more"
            aria-pressed={isWhole.value}
            onClick={() => {
              isWhole.value = !isWhole.value;
            }}
          >
            {isWhole.value ? t.draft.nearRounds : t.draft.allRounds}
          </button>
        )}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so it must be reachable by keyboard */}
      <section class="grid" ref={box} tabIndex={0} aria-label={t.draft.board}>
        <table style={{ minWidth: `${doc.order.length * 84 + 30}px` }}>
          <thead>
            <tr>
              <th scope="col">
                <span class="vh">{t.draft.round}</span>
              </th>
              {doc.order.map((team) => (
                <th key={team.id} scope="col" class={team.id === room.myTeamId ? 'clip ours' : 'clip'}>
                  <Crest crest={team.crest} />
                  {team.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.round}>
                <th scope="row">{row.round}</th>
                {row.cells.map((pick, i) => (
                  <Cell key={doc.order[i]?.id} pick={pick} room={room} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
};
