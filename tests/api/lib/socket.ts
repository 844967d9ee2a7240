/* A WebSocket of the live protocol, and what came over it. */
import WebSocket from 'ws';
import { type Client, type Json, note } from './client.js';
import { waitFor } from './harness.js';

const ANSWER_MS = 15_000;

export class Live {
    readonly messages: Json[] = [];
    closed: { code: number; reason: string } | undefined;
    private read = 0;
    private constructor(readonly ws: WebSocket) {
        ws.on('message', (data) => this.messages.push(JSON.parse(String(data))));
        ws.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
        ws.on('error', () => undefined); /* the close tells */
    }

    static open(client: Client, options: { protocol?: string; origin?: string } = {}): Promise<Live> {
        const url = `${client.url.replace('http', 'ws')}/api/socket`;
        const ws = new WebSocket(url, options.protocol ?? 'astralfield.1', {
            headers: client.headers('GET', undefined, {}),
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
    async subscribe(stream: string, from?: number): Promise<Json> {
        this.send(from === undefined ? { subscribe: stream } : { subscribe: stream, from });
        return this.next((message) => message.error !== undefined || message.stream === stream);
    }

    events(): Json[] {
        return this.messages.filter((message) => message.event !== undefined);
    }

    gone(): Promise<{ code: number; reason: string }> {
        return waitFor(() => this.closed, 'the close of the socket', ANSWER_MS);
    }

    close(): void {
        this.ws.close();
    }
}
