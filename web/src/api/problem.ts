/* What the server says when it refuses: application/problem+json (RFC 9457), as one error class. */

export interface Fault {
  /** A JSON pointer into the body ("/slots/3"), or "query:week". */
  at: string;
  message: string;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The last part of the problem's type, such as "lineup-illegal". */
    readonly slug: string,
    message: string,
    readonly faults: readonly Fault[] = [],
    readonly requestId: string | null = null,
    /** How long the server asks us to wait before the next try (Retry-After); null when it does not say. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }

  /** True when the request never reached a server that could answer: worth keeping and sending again. */
  get isUnreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** The message for one field of the body, such as "email" for a fault at "/email". */
  field(name: string): string | null {
    return this.faults.find((f) => f.at === `/${name}` || f.at.startsWith(`/${name}/`))?.message ?? null;
  }
}

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;
const text = (x: unknown): string => (typeof x === 'string' ? x : '');

/** The wait a Retry-After header asks for, in seconds or until a date; null when there is none to understand. */
export function waitOf(header: string | null, now: number): number | null {
  if (header === null || header.trim() === '') return null;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/** Turns an answer's status and parsed body into an ApiError, whatever the body looks like. */
export function problemOf(
  status: number,
  body: unknown,
  requestId: string | null,
  retryAfterMs: number | null = null,
): ApiError {
  const doc = isRecord(body) ? body : {};
  const errors = Array.isArray(doc.errors) ? doc.errors : [];
  const faults = errors.filter(isRecord).map((e) => ({ at: text(e.at), message: text(e.message) }));
  const slug = text(doc.type).split('/').pop() ?? '';
  const message = text(doc.detail) || text(doc.title) || `The server answered ${status}.`;
  return new ApiError(status, slug, message, faults, text(doc.requestId) || requestId, retryAfterMs);
}

export const isApiError = (x: unknown): x is ApiError => x instanceof ApiError;
