/* Ties the live connection to what the page has read: an event makes its league stale, a score frame ticks. */
import type { QueryClient } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { leagueKey } from '../api/queries';
import { follow, startSocket } from '../lib/socket';
import { forgetScores, hearScores, type ScoreFrame } from './scores';

/* Events that change nothing but the draft: many in a short time, so not everything is read again. */
const within = new Set([
  'draft.picked',
  'draft.paused',
  'draft.resumed',
  'draft.auto_set',
  'draft.queue_set',
]);
const STALE_AFTER_HIDDEN_MS = 30_000;

export function startLive(queries: QueryClient): void {
  const refresh = async (stream: string, kind?: unknown): Promise<void> => {
    const id = Number(/^league:(\d+)$/.exec(stream)?.[1]);
    if (!id) return;
    if (within.has(String(kind))) {
      await Promise.all(
        ['draft', 'queue', 'activity'].map((part) =>
          queries.invalidateQueries({ queryKey: [...leagueKey(id), part] }),
        ),
      );
      return;
    }
    await Promise.all([
      queries.invalidateQueries({ queryKey: leagueKey(id) }),
      queries.invalidateQueries({ queryKey: ['dashboard'] }),
    ]);
    forgetScores(id);
  };
  startSocket({
    onEvent: (message) => void refresh(message.stream, message.event?.kind),
    onGap: (stream) => void refresh(stream),
    onScores: (frame) => hearScores(frame as unknown as ScoreFrame),
  });
  addEventListener('online', () => void queries.invalidateQueries());
  let hiddenAt = 0;
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (hiddenAt > 0 && Date.now() - hiddenAt > STALE_AFTER_HIDDEN_MS) void queries.invalidateQueries();
  });
}

/** Follows a league while the component is shown. */
export function useLeagueStream(leagueId: number | null, seq: number | null): void {
  const isKnown = seq !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the number is only where to begin; later ones come by the stream itself
  useEffect(() => {
    if (leagueId === null || seq === null) return;
    return follow(`league:${leagueId}`, seq);
  }, [leagueId, isKnown]);
}
