/* The viewer's own side of a draft: his queue and his roster. */
import type { ComponentChildren } from 'preact';
import { t } from '../../i18n';
import { rosterPlaces } from '../../lib/draft';
import { Icon } from '../../ui/icon';
import { Pos, shortName } from '../../ui/player';
import type { Room } from './room';

const Small = ({
  icon,
  label,
  isOff,
  onClick,
}: {
  icon: string;
  label: string;
  isOff?: boolean;
  onClick: () => void;
}) => (
  <button type="button" class="btn icon ghost" aria-label={label} disabled={isOff} onClick={onClick}>
    <Icon name={icon} />
  </button>
);

export const Queue = ({ room }: { room: Room }) => {
  const { queue, setQueue } = room;
  const swap = (at: number, by: number): void => {
    const next = [...queue];
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + by, 0, moved);
    setQueue(next);
  };
  return (
    <section class="card part queue" aria-label={t.draft.myQueue}>
      <header>
        <h2>{t.draft.myQueue}</h2>
        {queue.length > 0 && <span class="more">{queue.length}</span>}
      </header>
      {queue.length === 0 ? (
        <p class="meta pad">{t.draft.queueNone}</p>
      ) : (
        <ol class="list">
          {queue.map((p, i) => (
            <li key={p.id}>
              <span class="meta">{i + 1}</span>
              <b class="clip">{shortName(p)}</b>
              <Pos slot={p.position} />
              {room.isMyTurn ? (
                <button
                  type="button"
                  class={`btn${i === 0 ? ' primary' : ''}`}
                  aria-label={t.draft.pickName(p.name)}
                  disabled={room.isBusy.value}
                  onClick={() => void room.pick(p)}
                >
                  {t.draft.pick}
                </button>
              ) : (
                <span class="arrows">
                  <Small
                    icon="arrow-up"
                    label={t.draft.up(p.name)}
                    isOff={i === 0}
                    onClick={() => swap(i, -1)}
                  />
                  <Small
                    icon="arrow-down"
                    label={t.draft.down(p.name)}
                    isOff={i === queue.length - 1}
                    onClick={() => swap(i, 1)}
                  />
                  <Small
                    icon="x"
                    label={t.draft.unstar(p.name)}
                    onClick={() => setQueue(queue.filter((q) => q.id !== p.id))}
                  />
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
};

export const Roster = ({ room, children }: { room: Room; children?: ComponentChildren }) => {
  const picked = room.doc.picks.flatMap((p) => (p.player && p.team.id === room.myTeamId ? [p.player] : []));
  const places = rosterPlaces(room.league.settings.rosterSlots, picked);
  return (
    <section class="card part roster" aria-label={t.draft.myRoster}>
      <header>
        <h2>{t.draft.myRoster}</h2>
        <span class="more">{t.draft.filledOf(picked.length, places.length)}</span>
      </header>
      <ul>
        {places.map((p, i) => (
          <li key={i} class={p.player ? undefined : 'need'}>
            <Pos slot={p.slot} />
            <span class="clip">{p.player ? shortName(p.player) : t.draft.open}</span>
          </li>
        ))}
      </ul>
      {children}
    </section>
  );
};
