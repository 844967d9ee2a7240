/* A WebSocket of the live protocol, and what came over it: a client as docs/socket.md wants it. Around a
 * subscription an event may come twice, and before the confirmation; afterwards each comes once and in
 * its order, and close() fails when one did not. */
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { type Client, type Json, note } from './client.js';
import { waitFor } from './harness.js';

const ANSWER_MS = 15_000;

interface Stream {
  /** The newest number this client has; unknown until the confirmation where it asked from now on. */
  last: number | undefined;
  confirmed: number | undefined;
  early: Map<number, Json>;
}

export class Live {
  readonly messages: Json[] = [];
  readonly gaps: string[] = [];
  private readonly heard: Json[] = [];
  private readonly streams = new Map<string, Stream>();
  closed: { code: number; reason: string } | undefined;
  private read = 0;
  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data) => {
      const message = JSON.parse(String(data));
      this.messages.push(message);
      this.hear(message);
    });
    ws.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    ws.on('error', () => undefined); /* the close tells */
  }

  static open(client: Client, options: { protocol?: string; origin?: string; from?: string } = {}): Promise<Live> {
    const url = `${client.url.replace('http', 'ws')}/api/socket`;
    const ws = new WebSocket(url, options.protocol ?? 'astralfield.1', {
      headers: client.headers('GET', undefined, {
        headers: options.from === undefined ? {} : { 'X-Forwarded-For': options.from },
      }),
      ...(options.origin === undefined ? {} : { origin: options.origin }),
    });
    const live = new Live(ws);
    return new Promise((resolve, reject) => {
      ws.once('open', () => {
        note('socket', '101');
        resolve(live);
      });
      ws.once('unexpected-response', (_, reply) => {
        ws.terminate();
        reject(new Error(`refused with ${reply.statusCode}`));
      });
      ws.once('error', reject);
    });
  }

  send(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next message, or the next that fits. Those before it are passed over. */
  next(fits: (message: Json) => boolean = () => true): Promise<Json> {
    return waitFor(
      () => {
        while (this.read < this.messages.length) {
          const message = this.messages[this.read++];
          if (fits(message)) {
            return message;
          }
        }
        return undefined;
      },
      `a message (so far: ${JSON.stringify(this.messages).slice(-500)})`,
      ANSWER_MS,
    );
  }

  /** Sends and waits for the answer to a ping: everything before has been dealt with. */
  async settle(): Promise<void> {
    const number = Math.floor(Math.random() * 1e9);
    this.send({ ping: number });
    await this.next((message) => message.pong === number);
  }

  /** Listens to a stream; the number it confirmed. */
  async subscribe(stream: string, from?: number, history?: string): Promise<Json> {
    this.streams.set(stream, { last: from, confirmed: undefined, early: new Map() });
    this.send({ subscribe: stream, from, history });
    return this.next(
      (message) => message.error !== undefined || (message.stream === stream && message.seq === undefined),
    );
  }

  private hear(message: Json): void {
    const stream = this.streams.get(message.stream);
    if (stream === undefined) {
      return;
    }
    if (message.seq === undefined) {
      stream.confirmed = message.subscribed ?? message.reset;
      stream.last = message.reset ?? stream.last ?? message.subscribed;
    } else {
      stream.early.set(message.seq, message);
    }
    const { confirmed, early } = stream;
    if (stream.last === undefined || confirmed === undefined) {
      return;
    }
    for (let next = early.get(stream.last + 1); next !== undefined; next = early.get(stream.last + 1)) {
      this.heard.push(next);
      stream.last = next.seq as number;
    }
    const isReplayed = stream.last >= confirmed;
    for (const seq of early.keys()) {
      if (seq > stream.last && isReplayed) {
        this.gaps.push(`${message.stream}: ${seq} came after ${stream.last}`);
      }
      if (seq <= stream.last) {
        early.delete(seq);
      }
    }
  }

  /** What has a number in its stream; and of that what this listener may know. */
  numbered(): Json[] {
    return this.heard;
  }
  events(): Json[] {
    return this.numbered().filter((message) => message.event !== null);
  }

  gone(): Promise<{ code: number; reason: string }> {
    return waitFor(() => this.closed, 'the close of the socket', ANSWER_MS);
  }

  close(): void {
    assert.deepEqual(this.gaps, []);
    this.ws.close();
  }
}
