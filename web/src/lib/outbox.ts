/* Line-up changes that could not be sent, kept on the device: one per team and week, the newest wins. The page
   sends them when the connection is back; the service worker does so too where it may (Background Sync). */
import type { LineupBody } from '../api/types';

export interface Kept {
  leagueId: number;
  teamId: number;
  week: number;
  etag: string;
  body: LineupBody;
  /** When it was kept, in milliseconds: part of its idempotency key. */
  keptAt: number;
}

const NAME = 'astralfield';
const STORE = 'outbox';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | null> {
  if (typeof indexedDB === 'undefined') return null;
  let db: IDBDatabase;
  try {
    db = await open();
  } catch {
    return null; /* Private windows may forbid it: then the change lives as long as the page. */
  }
  return new Promise((resolve) => {
    const request = work(db.transaction(STORE, mode).objectStore(STORE));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}

const keyOf = (teamId: number, week: number): string => `${teamId}:${week}`;

export async function keep(change: Kept): Promise<void> {
  await run('readwrite', (store) => store.put(change, keyOf(change.teamId, change.week)));
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register('outbox').catch(() => undefined);
}

export const release = (teamId: number, week: number): Promise<unknown> =>
  run('readwrite', (store) => store.delete(keyOf(teamId, week)));

export const kept = async (): Promise<Kept[]> =>
  (await run('readonly', (store) => store.getAll() as IDBRequest<Kept[]>)) ?? [];

export const forgetAll = (): Promise<unknown> => run('readwrite', (store) => store.clear());
