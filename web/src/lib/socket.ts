/* The live connection: one WebSocket for the whole page, subscriptions that survive reconnects, and a plain word
   on how it is doing. */
import { signal } from '@preact/signals';

export interface StreamEvent {
  stream: string;
  seq: number;
  /** Null where its content is not for everybody. */
  event: Record<string, unknown> | null;
}
export interface SocketHandlers {
  onEvent(message: StreamEvent): void;
  /** The stream moved on too far, or a number is missing: read everything again. */
  onGap(stream: string): void;
  onScores(frame: Record<string, unknown>): void;
}

/** `since`: when the connection was lost, in milliseconds; 0 while it is up or nobody needs it. */
export const connection = signal<{ state: 'idle' | 'live' | 'lost'; since: number }>({
  state: 'idle',
  since: 0,
});

const BACKOFF_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];
/** The server restarts: everybody comes back at a moment of his own. */
const RESTART_CODE = 1012;
const RESTART_MS = 1500;
const PING_MS = 25_000;
const LINGER_MS = 3000;

const streams = new Map<string, { seq: number; users: number }>();
/** Of the database; after a restore it is another, and our numbers mean nothing there. */
let history: string | undefined;
let handlers: SocketHandlers | null = null;
let socket: WebSocket | null = null;
let attempt = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let farewell: ReturnType<typeof setTimeout> | undefined;
let pinger: ReturnType<typeof setInterval> | undefined;

const say = (message: object): void => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
};

function lost(isRestart: boolean): void {
  clearInterval(pinger);
  socket = null;
  if (streams.size === 0) {
    connection.value = { state: 'idle', since: 0 };
    return;
  }
  if (connection.peek().state !== 'lost') connection.value = { state: 'lost', since: Date.now() };
  clearTimeout(retry);
  const wait = BACKOFF_MS[Math.min(attempt++, BACKOFF_MS.length - 1)] ?? 30_000;
  retry = setTimeout(open, isRestart ? Math.random() * RESTART_MS : wait * (0.75 + Math.random() / 2));
}

function hear(text: string): void {
  let message: Record<string, unknown>;
  try {
    message = JSON.parse(text);
  } catch {
    return;
  }
  if (message.scores) handlers?.onScores(message.scores as Record<string, unknown>);
  if (typeof message.stream !== 'string') return;
  const entry = streams.get(message.stream);
  if (!entry) return;
  if (typeof message.history === 'string') history = message.history;
  if (typeof message.reset === 'number') {
    entry.seq = message.reset;
    handlers?.onGap(message.stream);
  } else if (typeof message.seq === 'number') {
    if (message.seq <= entry.seq) return;
    const isGap = entry.seq > 0 && message.seq > entry.seq + 1;
    entry.seq = message.seq;
    if (isGap) handlers?.onGap(message.stream);
    else handlers?.onEvent(message as unknown as StreamEvent);
  }
}

function open(): void {
  if (socket !== null || streams.size === 0) return;
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/socket`;
  const ws = new WebSocket(url, 'astralfield.1');
  socket = ws;
  ws.onopen = () => {
    attempt = 0;
    connection.value = { state: 'live', since: 0 };
    for (const [stream, { seq }] of streams) say({ subscribe: stream, from: seq, history });
    pinger = setInterval(() => say({ ping: Date.now() }), PING_MS);
  };
  ws.onmessage = (message) => hear(String(message.data));
  ws.onclose = ({ code }) => {
    if (socket === ws) lost(code === RESTART_CODE);
  };
}

/** Names who is told; called once at start. */
export function startSocket(to: SocketHandlers): void {
  handlers = to;
  addEventListener('online', () => {
    clearTimeout(retry);
    open();
  });
}

/* Between two pages nobody follows anything for a moment: the connection outlives that moment. */
function leave(): void {
  if (streams.size > 0) return;
  clearTimeout(retry);
  clearInterval(pinger);
  const closing = socket;
  socket = null;
  closing?.close();
  connection.value = { state: 'idle', since: 0 };
}

/** Follows a stream from `seq` on until the returned function is called. */
export function follow(stream: string, seq: number): () => void {
  const entry = streams.get(stream) ?? { seq, users: 0 };
  entry.users++;
  if (!streams.has(stream)) {
    streams.set(stream, entry);
    say({ subscribe: stream, from: seq, history });
  }
  open();
  return () => {
    if (--entry.users > 0) return;
    streams.delete(stream);
    say({ unsubscribe: stream });
    clearTimeout(farewell);
    farewell = setTimeout(leave, LINGER_MS);
  };
}
