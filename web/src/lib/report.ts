/* What fails in the browser is told to the server, so that somebody sees it: at most a few reports for each load of
   the page, each failure once, without a name, a query or a secret, and never a report about a report. */
import { isApiError } from '../api/problem';

export type ReportKind = 'error' | 'rejection' | 'network' | 'render';

export interface Report {
  message: string;
  stack?: string;
  page: string;
  kind: ReportKind;
}

export const REPORTS_MAX = 5;
const MESSAGE_MAX = 500;
const STACK_MAX = 4000;
const PAGE_MAX = 200;
/* Parts of a path that are made of chance: invitations, tokens. */
const SECRET_PART = /^(?=.*\d)[\w-]{16,}$|^[\w-]{24,}$/;

const text = (x: unknown): string => {
  try {
    return String(x);
  } catch {
    return 'something that has no text';
  }
};

/** A path without query, and without the parts that open something. */
export const plainPath = (path: string): string =>
  (path.split(/[?#]/)[0] ?? '')
    .split('/')
    .map((part) => (SECRET_PART.test(part) ? '*' : part))
    .join('/')
    .slice(0, PAGE_MAX) || '/';

/** The report of a failure; null for what says nothing: an answer of the server, which has noted it, or a reading that
    was given up. */
export function reportOf(kind: ReportKind, failure: unknown, path: string): Report | null {
  if (isApiError(failure)) return null;
  if (failure instanceof DOMException && failure.name === 'AbortError') return null;
  const isError = failure instanceof Error;
  const message = (isError ? `${failure.name}: ${failure.message}` : text(failure)).slice(0, MESSAGE_MAX);
  /* The browser's own words for "somebody else's script", and for a layout that settles late. */
  if (!message || message === 'Script error.' || message.startsWith('ResizeObserver loop')) return null;
  const stack = isError ? failure.stack?.replace(/\?[^\s:)]*/g, '').slice(0, STACK_MAX) : undefined;
  return { message, ...(stack ? { stack } : {}), page: plainPath(path), kind };
}

const told = new Set<string>();

/** Tells the server, unless it was told already or has heard enough. Never throws and never waits. */
export function report(kind: ReportKind, failure: unknown): void {
  try {
    const found = reportOf(kind, failure, location.pathname);
    const key = found && `${found.message}\n${found.stack?.split('\n')[1] ?? ''}`;
    if (!found || !key || told.has(key) || told.size >= REPORTS_MAX) return;
    told.add(key);
    /* Without the cookie: who it was does not matter, and nothing else of the client is called. */
    void fetch('/api/errors/client', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(found),
      credentials: 'omit',
      keepalive: true,
    }).catch(() => undefined);
  } catch {
    /* A report that fails is no news. */
  }
}

/** For tests: as after a new load. */
export const forgetReports = (): void => told.clear();

/** Hears what nobody caught. */
export function startReports(): void {
  addEventListener('error', (event) => {
    if (event.error !== undefined && event.error !== null) report('error', event.error);
    else if (event.message) report('error', event.message);
  });
  addEventListener('unhandledrejection', (event) => report('rejection', event.reason));
}
