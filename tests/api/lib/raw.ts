/* Bytes to the server as they are, for what no HTTP client would send. */
import { connect, type Socket } from 'node:net';

const QUIET_MS = 30_000;

export class Raw {
  private text = '';
  private ended = false;
  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (part: string) => (this.text += part));
    socket.on('close', () => (this.ended = true)).on('error', () => (this.ended = true));
  }

  static open(port: number): Promise<Raw> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Raw(socket)));
      socket.once('error', reject);
    });
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** The next whole response: its status, lower-case headers and body. */
  async reply(): Promise<{ status: number; headers: Map<string, string>; body: string }> {
    const end = await this.until(() => this.text.indexOf('\r\n\r\n') + 1, 'the end of a head');
    const [line = '', ...lines] = this.text.slice(0, end - 1).split('\r\n');
    const headers = new Map(
      lines.map((each) => {
        const at = each.indexOf(':');
        return [each.slice(0, at).toLowerCase(), each.slice(at + 1).trim()] as const;
      }),
    );
    const from = end + 3;
    const to = from + Number(headers.get('content-length') ?? 0);
    await this.until(() => this.text.length >= to, 'the end of a body');
    const body = this.text.slice(from, to);
    this.text = this.text.slice(to);
    return { status: Number(line.split(' ')[1]), headers, body };
  }

  /** The other side has closed, and said nothing more. */
  async closed(): Promise<string> {
    await this.until(() => this.ended, 'the end of the connection');
    return this.text;
  }

  close(): void {
    this.socket.destroy();
  }

  private async until<T>(condition: () => T, what: string): Promise<T> {
    const deadline = Date.now() + QUIET_MS;
    for (;;) {
      const value = condition();
      if (value) {
        return value;
      }
      if (Date.now() > deadline || this.ended) {
        throw new Error(`no ${what}: ${this.text.slice(0, 500)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/** One request on a connection of its own. */
export async function exchange(port: number, text: string) {
  const raw = await Raw.open(port);
  raw.send(text);
  try {
    return await raw.reply();
  } finally {
    raw.close();
  }
}
