/* When a read that failed is tried again: twice at most, never before the server said, and not at all when it will
   not answer differently. */
import { WAIT_MAX_MS } from './client';
import { isApiError } from './problem';

const TRIES = 2;
const FIRST_MS = 1000;

export function shouldRetry(failures: number, error: unknown): boolean {
  if (failures >= TRIES || !isApiError(error)) return false;
  if (error.retryAfterMs !== null) return error.retryAfterMs <= WAIT_MAX_MS;
  return error.isUnreachable;
}

/** Milliseconds until the next try; `failures` counts from 0. */
export function retryDelay(failures: number, error: unknown): number {
  const asked = isApiError(error) ? error.retryAfterMs : null;
  return Math.max(asked ?? 0, FIRST_MS * 2 ** failures);
}
