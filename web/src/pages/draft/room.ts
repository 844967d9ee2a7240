/* What one can do in a draft room, and how it stands for the viewer. */
import { type Signal, useSignal } from '@preact/signals';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect, useRef } from 'preact/hooks';
import { call, client, newKey } from '../../api/client';
import { isApiError } from '../../api/problem';
import { draftKey, draftQueueQuery, leagueKey } from '../../api/queries';
import type { DraftDoc, DraftQueue, League, PlayerRef } from '../../api/types';
import { t } from '../../i18n';
import { takenIds } from '../../lib/draft';
import { announce, toast } from '../../state/toasts';

export type Queued = DraftQueue['players'][number];
export type Action = 'start' | 'pause' | 'resume' | 'cancel';

export interface Room {
  league: League;
  doc: DraftDoc;
  myTeamId: number | null;
  isMyTurn: boolean;
  taken: ReadonlySet<number>;
  /** Whom the viewer wants and can still have. */
  queue: readonly Queued[];
  isBusy: Signal<boolean>;
  /** The player who waits for a yes, because he is not the top of the queue. */
  asking: Signal<PlayerRef | null>;
  want: (player: PlayerRef) => void;
  pick: (player: PlayerRef) => Promise<void>;
  pickForThem: () => Promise<void>;
  setAuto: (enabled: boolean) => Promise<void>;
  setQueue: (players: readonly Queued[]) => void;
  control: (action: Action) => Promise<void>;
}

const TURN_BUZZ_MS = 200;

export function useRoom(league: League, doc: DraftDoc): Room {
  const queries = useQueryClient();
  const isBusy = useSignal(false);
  const asking = useSignal<PlayerRef | null>(null);
  const sending = useRef<Promise<unknown>>(Promise.resolve());
  const myTeamId = league.myTeamId;
  const isMyTurn = doc.state === 'running' && doc.onClock !== null && doc.onClock.id === myTeamId;
  const queueOptions = draftQueueQuery(league.id, doc.id);
  const queued = useQuery({
    ...queueOptions,
    enabled: myTeamId !== null && doc.state !== 'complete',
  }).data;
  const taken = takenIds(doc);
  const queue = (queued?.players ?? []).filter((p) => !p.isTaken && !taken.has(p.id));

  // biome-ignore lint/correctness/useExhaustiveDependencies: two turns in a row are two turns
  useEffect(() => {
    if (!isMyTurn) return;
    announce(t.draft.yoursSaid);
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(TURN_BUZZ_MS);
  }, [isMyTurn, doc.currentPick]);

  const run = async (work: () => Promise<unknown>, everything = false): Promise<boolean> => {
    if (isBusy.peek()) return false;
    isBusy.value = true;
    try {
      await work();
      return true;
    } catch (error) {
      toast(isApiError(error) ? error.message : t.errors.generic, { isBad: true });
      return false;
    } finally {
      const stale = everything ? leagueKey(league.id) : draftKey(league.id);
      await queries.invalidateQueries({ queryKey: stale });
      isBusy.value = false;
    }
  };
  const path = { draftId: doc.id };
  const headers = () => ({ 'Idempotency-Key': newKey() });

  const pick = async (player: PlayerRef): Promise<void> => {
    asking.value = null;
    const body = { playerId: player.id, ...(doc.currentPick !== null && { number: doc.currentPick }) };
    const isDone = await run(() =>
      call(client.POST('/api/draft/{draftId}/picks', { params: { path }, body, headers: headers() })),
    );
    if (isDone) toast(t.draft.picked(player.name));
  };
  const auto = (body: { enabled?: boolean }): Promise<boolean> =>
    run(() =>
      call(client.POST('/api/draft/{draftId}/auto-pick', { params: { path }, body, headers: headers() })),
    );
  const setQueue = (players: readonly Queued[]): void => {
    if (myTeamId === null) return;
    queries.setQueryData(queueOptions.queryKey, { teamId: myTeamId, players: [...players] });
    const body = { playerIds: players.map((p) => p.id) };
    sending.current = sending.current
      .then(() =>
        call(client.PUT('/api/draft/{draftId}/queue', { params: { path }, body, headers: headers() })),
      )
      .catch((error: unknown) => {
        toast(isApiError(error) ? error.message : t.errors.generic, { isBad: true });
        void queries.invalidateQueries({ queryKey: queueOptions.queryKey });
      });
  };
  return {
    league,
    doc,
    myTeamId,
    isMyTurn,
    taken,
    queue,
    isBusy,
    asking,
    want: (player) => {
      if (queue[0]?.id === player.id) void pick(player);
      else asking.value = player;
    },
    pick,
    pickForThem: async () => void (await auto({})),
    setAuto: async (enabled) => void (await auto({ enabled })),
    setQueue,
    control: async (action) => {
      await run(
        () =>
          call(
            client.POST('/api/draft/{draftId}/control', {
              params: { path },
              body: { action },
              headers: headers(),
            }),
          ),
        true,
      );
    },
  };
}
