/* The line-up editor: pick a player up (tap, Enter, drag), put him down on a legal place. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { League, LinePlayer, Lineup } from '../../api/types';
import { t } from '../../i18n';
import { slotName } from '../../lib/game';
import {
  benchPlace,
  isLegal,
  move,
  type Place,
  placeKey,
  places,
  playerAt,
  slotPlace,
} from '../../lib/lineup';
import { isTarget, neighbour, type Pickup, step } from '../../lib/pickup';
import { announce, toast } from '../../state/toasts';
import { Icon } from '../../ui/icon';
import { type DragHandlers, makeDraggable } from './drag';
import { LineupRow, RowShape } from './row';
import type { Saver } from './save';

interface EditorProps {
  league: League;
  lineup: Lineup;
  saver: Saver;
}

/* The bottom navigation and the bar with the held player. */
const HIDDEN_BELOW_PX = 150;

const nameOf = (player: LinePlayer | null): string => player?.player.name ?? t.lineup.emptySlot;
const placeName = (place: Place): string =>
  place.kind === 'slot' ? slotName(place.slot) : t.lineup.benchPlace;

/** Where the mover stands after the drop: on the bench he brings his own key. */
const landing = (mover: LinePlayer, to: Place): Place => (to.kind === 'slot' ? to : benchPlace(mover));

export const Editor = ({ league, lineup, saver }: EditorProps) => {
  const held = useSignal<Pickup>(null);
  const isDragging = useSignal(false);
  const box = useRef<HTMLFieldSetElement>(null);
  const ghost = useRef<HTMLDivElement>(null);
  const focusNext = useRef<string | null>(null);
  const current = useRef(lineup);
  current.current = lineup;
  const order = places(lineup);

  const element = (key: string): HTMLElement | null =>
    box.current?.querySelector<HTMLElement>(`[data-place="${key}"]`) ?? null;

  const drop = (from: Place, to: Place): void => {
    const before = current.current;
    const mover = playerAt(before, from);
    if (!mover) return;
    const after = move(before, from, to);
    if (after === before) return;
    focusNext.current = placeKey(landing(mover, to));
    saver.save(after, t.lineup.moved(mover.player.name, placeName(to)), before);
  };

  const press = (place: Place): void => {
    const result = step(current.current, held.peek(), { type: 'take', place });
    held.value = result.next;
    if ('refused' in result) {
      const name = nameOf(playerAt(current.current, place));
      if (result.refused === 'locked') toast(t.lineup.isLocked(name), { isBad: true });
      else if (result.refused === 'illegal') announce(t.lineup.notThere);
    } else if ('drop' in result && result.drop) {
      drop(result.drop.from, result.drop.to);
    } else if (result.next) {
      announce(t.lineup.helpHeld(nameOf(playerAt(current.current, place)), result.next.targets.length));
    }
  };

  /* On a phone the legal places may lie outside of the screen: this goes from one to the next. */
  const showNext = (): void => {
    const targets = [...(box.current?.querySelectorAll<HTMLElement>('.target') ?? [])];
    const below = targets.find((row) => row.getBoundingClientRect().bottom > innerHeight - HIDDEN_BELOW_PX);
    (below ?? targets[0])?.scrollIntoView({ block: 'center' });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const key = (event.target as HTMLElement).dataset.place;
    if (!key) return;
    const here = order.find((p) => placeKey(p) === key);
    if (!here) return;
    if (event.key === 'Escape' && held.peek()) {
      event.preventDefault();
      const from = held.peek()?.from;
      held.value = null;
      if (from) element(placeKey(from))?.focus();
      return;
    }
    const by = /^Arrow(Down|Right)$/.test(event.key) ? 1 : /^Arrow(Up|Left)$/.test(event.key) ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const holding = held.peek();
    if (holding) {
      element(placeKey(neighbour(holding, order, here, by)))?.focus();
      return;
    }
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('[data-place]') ?? [])];
    rows[rows.findIndex((r) => r.dataset.place === key) + by]?.focus();
  };

  const handlers: DragHandlers = {
    ghost: () => ghost.current,
    onStart: (key) => {
      const place = places(current.current).find((p) => placeKey(p) === key);
      const player = place ? playerAt(current.current, place) : null;
      if (!place || !player || player.isLocked) return false;
      held.value = step(current.current, null, { type: 'take', place }).next;
      isDragging.value = true;
      return true;
    },
    onDrop: (key) => {
      const from = held.peek()?.from;
      const to = places(current.current).find((p) => placeKey(p) === key);
      held.value = null;
      isDragging.value = false;
      if (from && to && isLegal(current.current, from, to)) drop(from, to);
    },
  };
  const newest = useRef(handlers);
  newest.current = handlers;
  useEffect(() => {
    const list = box.current;
    if (!list) return;
    return makeDraggable(list, {
      ghost: () => newest.current.ghost(),
      onStart: (key) => newest.current.onStart(key),
      onDrop: (key) => newest.current.onDrop(key),
    });
  }, []);

  useEffect(() => {
    if (focusNext.current === null) return;
    element(focusNext.current)?.focus({ preventScroll: true });
    focusNext.current = null;
  });

  const holding = held.value;
  const mover = holding ? playerAt(lineup, holding.from) : null;
  const trouble = saver.trouble.value;
  const rowProps = (place: Place) => ({
    league,
    place,
    isHeld: holding !== null && placeKey(holding.from) === placeKey(place),
    isTarget: isTarget(holding, place),
    isDimmed: holding !== null,
    fault: trouble?.bySlot.get(placeKey(place)) ?? null,
    onPress: () => press(place),
  });
  return (
    <fieldset
      class={`editor${holding ? ' holding' : ''}`}
      aria-label={t.matchup.lineups}
      ref={box}
      onKeyDown={onKeyDown}
    >
      <section class="card" aria-label={t.lineup.starters}>
        <header>
          <h2>{t.lineup.starters}</h2>
          <span class="meta clip">
            {mover ? t.lineup.helpHeld(mover.player.name, holding?.targets.length ?? 0) : t.lineup.help}
          </span>
        </header>
        <ol>
          {lineup.slots.map((s) => (
            <LineupRow
              key={placeKey(slotPlace(s))}
              {...rowProps(slotPlace(s))}
              slot={s.slot}
              slotInfo={s}
              line={s.player}
            />
          ))}
        </ol>
      </section>
      <section class="card" aria-label={t.lineup.bench}>
        <header>
          <h2>{t.lineup.bench}</h2>
        </header>
        <ol>
          {lineup.bench.map((p) => (
            <LineupRow key={placeKey(benchPlace(p))} {...rowProps(benchPlace(p))} slot="BN" line={p} />
          ))}
          {holding?.from.kind === 'slot' && (
            <li class="lrow target sit">
              <button type="button" class="main-b" data-place="sit" onClick={() => press({ kind: 'sit' })}>
                <Icon name="arrow-down" />
                {t.lineup.sitHere}
              </button>
            </li>
          )}
        </ol>
      </section>
      {lineup.ir.length > 0 && (
        <section class="card" aria-label={t.lineup.ir}>
          <header>
            <h2>{t.lineup.ir}</h2>
          </header>
          <ol>
            {lineup.ir.map((p) => (
              <LineupRow key={p.player.id} league={league} slot="IR" line={p} />
            ))}
          </ol>
        </section>
      )}
      {mover && holding && !isDragging.value && (
        <div class="carry phone">
          <span class="clip">
            <b class="clip">{mover.player.name}</b>
            <small>{t.lineup.placesLeft(holding.targets.length)}</small>
          </span>
          {holding.targets.length > 0 && (
            <button type="button" class="btn primary" onClick={showNext}>
              {t.lineup.show}
            </button>
          )}
          <button
            type="button"
            class="btn icon ghost"
            aria-label={t.cancel}
            onClick={() => {
              held.value = null;
            }}
          >
            <Icon name="x" />
          </button>
        </div>
      )}
      {isDragging.value && mover && (
        <div class="dragged" ref={ghost} aria-hidden="true">
          <RowShape line={mover} league={league} slot={mover.player.position} isShort />
        </div>
      )}
    </fieldset>
  );
};
