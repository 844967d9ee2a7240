/* What a page shows while it waits, when there is nothing, and when something failed. */
import type { UseQueryResult } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import { isApiError } from '../api/problem';
import { t } from '../i18n';
import { Icon } from './icon';

/** One grey block; numbers are pixels. It shows itself only after 150 ms. */
export const Bone = ({ w, h, r }: { w?: number | string; h: number; r?: number }) => (
  <span
    class="sk"
    style={{
      width: typeof w === 'number' ? `${w}px` : (w ?? '100%'),
      height: `${h}px`,
      borderRadius: `${r ?? 6}px`,
    }}
  />
);

/** A card with rows of the height the real ones will have. */
export const SkeletonCard = ({ rows, height }: { rows: number; height: number }) => (
  <section class="card" aria-hidden="true">
    <header>
      <Bone w={120} h={15} />
    </header>
    <ul class="list">
      {Array.from({ length: rows }, (_, i) => (
        <li key={i} style={{ height: `${height}px`, display: 'flex', alignItems: 'center', gap: '12px' }}>
          <Bone w={34} h={34} r={17} />
          <Bone w="38%" h={13} />
        </li>
      ))}
    </ul>
  </section>
);

interface EmptyProps {
  icon: string;
  title: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  /** The page's own heading, when the state is all there is. */
  isPage?: boolean;
}

export const Empty = ({ icon, title, children, actions, isPage }: EmptyProps) => (
  <div class="empty">
    <Icon name={icon} />
    {isPage ? <h2>{title}</h2> : <h3>{title}</h3>}
    {children}
    {actions && <div class="acts">{actions}</div>}
  </div>
);

export const ErrorBox = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => {
  const problem = isApiError(error) ? error : null;
  const isMissing = problem?.status === 404 || problem?.status === 403;
  const isSignedOut = problem?.status === 401;
  const title = isMissing
    ? t.errors.notFound
    : isSignedOut
      ? t.auth.needed
      : problem?.isUnreachable
        ? t.errors.unreachable
        : t.errors.title;
  const text = isMissing
    ? t.errors.notFoundMore
    : problem?.isUnreachable
      ? t.errors.unreachableMore
      : isSignedOut
        ? ''
        : (problem?.message ?? t.errors.generic);
  return (
    <div role="alert">
      <Empty
        icon={
          isMissing ? 'search' : isSignedOut ? 'lock' : problem?.isUnreachable ? 'wifi-off' : 'triangle-alert'
        }
        title={title}
        isPage
        actions={
          isSignedOut ? (
            <Link
              class="btn primary"
              href={`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`}
            >
              {t.nav.signIn}
            </Link>
          ) : isMissing ? (
            <Link class="btn" href="/">
              {t.errors.home}
            </Link>
          ) : (
            onRetry && (
              <button type="button" class="btn" onClick={onRetry}>
                {t.retry}
              </button>
            )
          )
        }
      >
        {text && <p>{text}</p>}
        {problem?.requestId && !isMissing && !isSignedOut && (
          <small>{t.errors.request(problem.requestId)}</small>
        )}
      </Empty>
    </div>
  );
};

/** Under a list of which a part could not be read: the rest stays. */
export const MoreFailed = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <div class="banner bad morefailed" role="alert">
    <Icon name="triangle-alert" />
    <div>
      {t.errors.title}
      <small>{isApiError(error) ? error.message : t.errors.generic}</small>
    </div>
    <button type="button" class="btn" onClick={onRetry}>
      {t.retry}
    </button>
  </div>
);

interface AwaitProps<T> {
  query: Pick<UseQueryResult<T, Error>, 'data' | 'error' | 'refetch'>;
  skeleton: ComponentChildren;
  children: (data: T) => ComponentChildren;
}

/** Shows what was read, even when a newer read failed; the skeleton before; the error when there is nothing. */
export function Await<T>({ query, skeleton, children }: AwaitProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorBox error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div class="main" aria-busy="true">
      <span class="vh">{t.loading}</span>
      {skeleton}
    </div>
  );
}
