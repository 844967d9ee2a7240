/* Sending line-up changes. The newest change is shown at once and sent with the version it was made from; one
   request is under way at a time and only the newest waiting line-up follows it. */
import { type Signal, useSignal } from '@preact/signals';
import { useQueryClient } from '@tanstack/preact-query';
import { useRef } from 'preact/hooks';
import { call, client, newKey } from '../../api/client';
import { type ApiError, isApiError } from '../../api/problem';
import { leagueKey, lineupKey } from '../../api/queries';
import type { Lineup } from '../../api/types';
import { t } from '../../i18n';
import { bodyOf, faultsOf } from '../../lib/lineup';
import { keep, release } from '../../lib/outbox';
import { toast } from '../../state/toasts';

export interface Trouble {
  /** Messages by place, shown at the slot they speak of. */
  bySlot: ReadonlyMap<string, string>;
  /** What is said above the list. */
  title: string;
  more: string;
  requestId: string | null;
  isKept: boolean;
}

export interface Saver {
  /** What is shown while it is not what the server has. */
  draft: Signal<Lineup | null>;
  isBusy: Signal<boolean>;
  trouble: Signal<Trouble | null>;
  save: (next: Lineup, said: string, before: Lineup) => void;
  optimal: (current: Lineup) => Promise<void>;
  retry: () => void;
}

const none: ReadonlyMap<string, string> = new Map();

function troubleOf(error: ApiError, sent: Lineup): Trouble {
  if (error.status === 412)
    return {
      bySlot: none,
      title: t.lineup.notSaved,
      more: t.lineup.conflict,
      requestId: null,
      isKept: false,
    };
  if (error.isUnreachable)
    return {
      bySlot: none,
      title: t.lineup.notSaved,
      more: t.lineup.kept,
      requestId: error.requestId,
      isKept: true,
    };
  const { bySlot, rest } = faultsOf(sent, error.faults);
  const more = rest.length > 0 ? rest.join(' ') : bySlot.size > 0 ? '' : error.message;
  return { bySlot, title: t.lineup.refused, more, requestId: error.requestId, isKept: false };
}

export function useSaver(leagueId: number, teamId: number, week: number): Saver {
  const queries = useQueryClient();
  const draft = useSignal<Lineup | null>(null);
  const isBusy = useSignal(false);
  const trouble = useSignal<Trouble | null>(null);
  const waiting = useRef<{ lineup: Lineup; said: string; before: Lineup } | null>(null);
  const key = lineupKey(leagueId, teamId, week);

  const accept = (doc: Lineup): void => {
    queries.setQueryData(key, doc);
    for (const part of ['matchup', 'matchups', 'team'])
      void queries.invalidateQueries({ queryKey: [...leagueKey(leagueId), part] });
    void queries.invalidateQueries({ queryKey: ['dashboard'] });
  };

  const send = async (lineup: Lineup, said: string, before: Lineup): Promise<void> => {
    isBusy.value = true;
    try {
      const doc = await call(
        client.PUT('/api/teams/{teamId}/lineup', {
          params: { path: { teamId } },
          body: bodyOf(lineup),
          headers: { 'If-Match': lineup.etag, 'Idempotency-Key': newKey() },
        }),
      );
      accept(doc);
      void release(teamId, week);
      const next = waiting.current;
      waiting.current = null;
      if (next) {
        await send({ ...next.lineup, etag: doc.etag }, next.said, { ...next.before, etag: doc.etag });
        return;
      }
      draft.value = null;
      trouble.value = null;
      toast(said, {
        action: { label: t.undo, run: () => save({ ...before, etag: doc.etag }, t.lineup.undone, doc) },
      });
    } catch (error) {
      if (!isApiError(error)) throw error;
      waiting.current = null;
      trouble.value = troubleOf(error, lineup);
      if (trouble.value.isKept) {
        void keep({ leagueId, teamId, week, etag: lineup.etag, body: bodyOf(lineup), keptAt: Date.now() });
      } else {
        draft.value = null;
        void queries.invalidateQueries({ queryKey: key });
      }
    } finally {
      isBusy.value = false;
    }
  };

  const save = (next: Lineup, said: string, before: Lineup): void => {
    draft.value = next;
    trouble.value = null;
    if (isBusy.peek()) waiting.current = { lineup: next, said, before };
    else void send(next, said, before);
  };

  const optimal = async (current: Lineup): Promise<void> => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    trouble.value = null;
    try {
      const doc = await call(
        client.POST('/api/teams/{teamId}/lineup/optimal', {
          params: { path: { teamId } },
          body: { week },
          headers: { 'Idempotency-Key': newKey() },
        }),
      );
      accept(doc);
      draft.value = null;
      const isSame = JSON.stringify(bodyOf(doc)) === JSON.stringify(bodyOf(current));
      const undo = { label: t.undo, run: () => save({ ...current, etag: doc.etag }, t.lineup.undone, doc) };
      if (isSame) toast(t.lineup.optimalSame);
      else toast(t.lineup.optimalDone, { action: undo });
    } catch (error) {
      if (!isApiError(error)) throw error;
      trouble.value = troubleOf(error, current);
    } finally {
      isBusy.value = false;
    }
  };

  const retry = (): void => {
    const kept = draft.peek();
    if (kept && !isBusy.peek()) void send(kept, t.lineup.saved, kept);
  };

  return { draft, isBusy, trouble, save, optimal, retry };
}
