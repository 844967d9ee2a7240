/* Where the viewer is signed in, and ending that elsewhere. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { call, client } from '../../api/client';
import { isApiError } from '../../api/problem';
import { sessionsQuery } from '../../api/queries';
import type { SignInSession } from '../../api/types';
import { t } from '../../i18n';
import { account } from '../../i18n/account';
import { since } from '../../i18n/format';
import { deviceOf } from '../../lib/device';
import { toast } from '../../state/toasts';
import { Icon } from '../../ui/icon';
import { Bone, ErrorBox } from '../../ui/states';

const words = account.sessions;
const failed = (error: unknown): void =>
  toast(isApiError(error) ? error.message : t.errors.generic, { isBad: true });

function nameOf(session: SignInSession): string {
  const { browser, system } = deviceOf(session.agent);
  if (browser !== null && system !== null) return words.on(browser, system);
  return browser ?? system ?? words.unknown;
}

export const Sessions = () => {
  const query = useQuery(sessionsQuery);
  const queries = useQueryClient();
  const sessions = query.data?.sessions ?? [];
  const again = () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  const end = async (sessionId: number): Promise<void> => {
    try {
      await call(client.DELETE('/api/auth/sessions/{sessionId}', { params: { path: { sessionId } } }));
      toast(words.ended);
    } catch (error) {
      failed(error);
    }
    await again();
  };
  const endOthers = async (): Promise<void> => {
    try {
      toast(words.endedOthers((await call(client.DELETE('/api/auth/sessions'))).sessionsRevoked));
    } catch (error) {
      failed(error);
    }
    await again();
  };
  return (
    <section class="card" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
      </header>
      <div class="body">
        {query.isPending && <Bone h={44} />}
        {query.error && <ErrorBox error={query.error} />}
        <ul class="places">
          {sessions.map((session) => (
            <li key={session.id}>
              <Icon name={deviceOf(session.agent).isHandheld ? 'smartphone' : 'monitor'} />
              <div>
                <b>{nameOf(session)}</b>
                <small>
                  {session.isCurrent ? words.here : words.seen(since(session.lastSeenAt, Date.now()))}
                  {session.network && ` · ${session.network}`}
                </small>
              </div>
              {!session.isCurrent && (
                <button
                  type="button"
                  class="btn sm"
                  aria-label={words.endOf(nameOf(session))}
                  onClick={() => end(session.id)}
                >
                  {words.end}
                </button>
              )}
            </li>
          ))}
        </ul>
        {sessions.length > 1 && (
          <div>
            <button type="button" class="btn" onClick={endOthers}>
              {words.endOthers}
            </button>
          </div>
        )}
      </div>
    </section>
  );
};
