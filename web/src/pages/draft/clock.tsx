/* Who picks, how much time is left, and who comes next. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DraftDoc } from '../../api/types';
import { t } from '../../i18n';
import { clockText, pickLabel, upcoming } from '../../lib/draft';
import { leads } from '../../state/session';
import { Crest } from '../../ui/icon';
import type { Room } from './room';

const TICK_MS = 250;
const LATE_MS = 10_000;
const NEXT = 10;

/** Milliseconds left by the server's clock; null while no time runs. */
function leftOf(doc: DraftDoc): number | null {
  if (doc.state === 'paused') return doc.pausedRemainingMs;
  if (doc.state !== 'running' || doc.deadlineAt === null) return null;
  return Math.max(0, Date.parse(doc.deadlineAt) - Date.now() - doc.serverAheadMs);
}

export function useLeft(doc: DraftDoc): Signal<number | null> {
  const left = useSignal(leftOf(doc));
  useEffect(() => {
    const read = (): void => {
      left.value = leftOf(doc);
    };
    read();
    if (doc.state !== 'running') return;
    const timer = setInterval(read, TICK_MS);
    return () => clearInterval(timer);
  }, [doc, left]);
  return left;
}

const Time = ({ doc }: { doc: DraftDoc }) => {
  const left = useLeft(doc).value;
  if (left === null) return null;
  const share = Math.min(1, left / (doc.secondsPerPick * 1000));
  return (
    <>
      <time class={left <= LATE_MS ? 'late' : undefined} role="timer" aria-label={t.draft.clock}>
        {clockText(left)}
      </time>
      <span class="left" aria-hidden="true">
        <i style={{ transform: `scaleX(${share.toFixed(3)})` }} />
      </span>
    </>
  );
};

export const Clock = ({ room }: { room: Room }) => {
  const { doc, isMyTurn } = room;
  const team = doc.onClock;
  if (team === null || doc.currentPick === null || doc.currentRound === null) return null;
  const teams = doc.order.length;
  const next = upcoming(doc, NEXT);
  return (
    <section class="clock" aria-label={t.draft.clock}>
      <div class={`onclock${isMyTurn ? ' you' : ''}`}>
        <Crest crest={team.crest} />
        <div class="clip">
          <h2 class="clip">{isMyTurn ? t.draft.yours : t.draft.theirs(team.name)}</h2>
          <p class="clip">
            {doc.state === 'paused' && <b>{t.draft.paused} · </b>}
            {t.draft.place(doc.currentRound, ((doc.currentPick - 1) % teams) + 1, doc.currentPick)}
          </p>
        </div>
        <Time doc={doc} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so it must be reachable by keyboard */}
      <ol class="next" aria-label={t.draft.next} tabIndex={0}>
        {next.map((p) => (
          <li key={p.number} class={p.team.id === room.myTeamId ? 'you' : undefined}>
            <span class="eyebrow">{pickLabel(p.number, teams)}</span>
            <b>
              <Crest crest={p.team.crest} />
              {p.team.abbrev}
            </b>
          </li>
        ))}
      </ol>
      {!isMyTurn && doc.state === 'running' && leads(room.league) && (
        <button
          type="button"
          class="btn them"
          disabled={room.isBusy.value}
          onClick={() => void room.pickForThem()}
        >
          {t.draft.forThem}
        </button>
      )}
    </section>
  );
};
