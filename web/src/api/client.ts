/* The one way to the server: typed requests, the CSRF header on writes, every failure an ApiError, and no read
   before the moment the server asked us to wait for. */
import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, problemOf, waitOf } from './problem';
import type { paths } from './schema';

let csrfToken: string | null = null;
export const setCsrfToken = (token: string | null): void => {
  csrfToken = token;
};

const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrfToken !== null) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
};

const TOO_MANY = 429;
/** The longest wait that is obeyed in silence; a longer one is shown as the failure it is. */
export const WAIT_MAX_MS = 30_000;

/* Until when the server wants no more reads from us. Every read waits for it, whoever asks and how often. */
let quietUntil = 0;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException('Aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

async function send(request: Request): Promise<Response> {
  const isRead = request.method === 'GET';
  while (isRead && quietUntil > Date.now()) await pause(quietUntil - Date.now(), request.signal);
  const reply = await globalThis.fetch(request);
  if (isRead && reply.status === TOO_MANY) {
    const wait = waitOf(reply.headers.get('Retry-After'), Date.now()) ?? 0;
    quietUntil = Math.max(quietUntil, Date.now() + Math.min(wait, WAIT_MAX_MS));
  }
  return reply;
}

/* fetch is looked up at each call, so that tests can replace it; the base is absolute for the same reason. */
export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: send,
});
client.use(csrf);

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The reply's body, or an ApiError: also when no answer came at all (status 0). */
export async function call<T>(pending: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await pending;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'unreachable', 'The server could not be reached.');
  }
  if (outcome.response.ok && outcome.data !== undefined) return outcome.data;
  const { status, headers } = outcome.response;
  const wait = waitOf(headers.get('Retry-After'), Date.now());
  throw problemOf(status, outcome.error, headers.get('X-Request-Id'), wait);
}

export const newKey = (): string =>
  globalThis.crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
