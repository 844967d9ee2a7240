/* The one way to the server: typed requests, the CSRF header on writes, every failure an ApiError. */
import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, problemOf } from './problem';
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

/* fetch is looked up at each call, so that tests can replace it; the base is absolute for the same reason. */
export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: (request) => globalThis.fetch(request),
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
  throw problemOf(outcome.response.status, outcome.error, outcome.response.headers.get('X-Request-Id'));
}

export const newKey = (): string =>
  globalThis.crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
