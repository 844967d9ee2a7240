/* Sends the kept line-up changes. A refusal (4xx) drops the change and the page is told; 429 and 5xx keep it. The
   server refuses by its own clock what has locked meanwhile. */
import type { Session } from '../api/types';
import { kept, release } from '../lib/outbox';

/** The open pages, as the worker's global object lists them. */
export interface Pages {
  matchAll(options: { type: 'window' }): Promise<readonly { postMessage(message: unknown): void }[]>;
}

const TOO_MANY = 429;

/** True when every kept change has been answered for good. */
export async function flushOutbox(clients: Pages): Promise<void> {
  const changes = await kept();
  if (changes.length === 0) return;
  const answer = await fetch('/api/auth/session', { cache: 'no-store' });
  const session: Session = await answer.json();
  if (session.csrfToken === null) return;
  for (const change of changes) {
    const reply = await fetch(`/api/teams/${change.teamId}/lineup`, {
      method: 'PUT',
      headers: {
        'Content-Type': 'application/json',
        'X-CSRF-Token': session.csrfToken,
        'If-Match': change.etag,
        'Idempotency-Key': `outbox-${change.teamId}-${change.week}-${change.keptAt}`,
      },
      body: JSON.stringify(change.body),
    });
    if (reply.status === TOO_MANY || reply.status >= 500)
      throw new Error(`kept, the server said ${reply.status}`);
    await release(change.teamId, change.week);
    for (const page of await clients.matchAll({ type: 'window' }))
      page.postMessage({
        type: 'OUTBOX',
        ok: reply.ok,
        status: reply.status,
        teamId: change.teamId,
        week: change.week,
      });
  }
}
