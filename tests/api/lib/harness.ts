/* The processes under test: Redis, the program's commands, and servers. Each is stopped by us. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const READY_MS = 60_000; /* sanitizers are slow */
const COMMAND_MS = 300_000;
const STOP_MS = 40_000;
const LOOK_MS = 20;

const build = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(dirname(dirname(build)));
export const program = needed('ASTRALFIELD_BIN');
export const scratch = needed('ASTRALFIELD_TEST_DIR');

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: start the tests with tests/api/run`);
  }
  return value;
}

/** Waits until condition() gives something; `what` says what was waited for in vain. */
export async function waitFor<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  ms = 10_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${ms} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  DATABASE_URL: needed('ASTRALFIELD_TEST_DB'),
  REDIS_URL: `unix:${scratch}/redis.sock`,
  IDLE_MS: '600000' /* no connection goes while a request is on its way to it */,
  ASAN_OPTIONS: 'detect_stack_use_after_return=1:strict_string_checks=1',
  UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
  TSAN_OPTIONS: process.env['TSAN_OPTIONS'] ?? 'second_deadlock_stack=1',
};

const running = new Set<ChildProcess>();

function start(command: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(command, args, { env, cwd: scratch, stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends what tests that failed have left; the process would wait for it for ever. */
export function endTheRest(): void {
  for (const child of running) {
    child.kill('SIGKILL');
  }
}
process.once('exit', endTheRest);

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess, what: string): Promise<void> {
  if (!hasEnded(child)) {
    child.kill('SIGTERM');
    await waitFor(() => hasEnded(child), `the end of ${what}`, STOP_MS);
  }
}

/* ---- Redis ---- */

export async function startRedis(name = 'redis'): Promise<{ url: string; stop: () => Promise<void> }> {
  const socket = `${scratch}/${name}.sock`;
  const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', scratch];
  const child = start('redis-server', args, process.env);
  child.stdout?.resume();
  await waitFor(
    () =>
      new Promise<boolean>((resolve) => {
        const probe = connect(socket, () => {
          probe.destroy();
          resolve(true);
        }).on('error', () => resolve(false));
      }),
    'Redis',
  );
  return { url: `unix:${socket}`, stop: () => stop(child, 'Redis') };
}

/* ---- commands ---- */

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command of the program on the tests' database, with `input` on its standard input and `settings`
 * in its environment. */
export async function command(args: string[], input = '', settings: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = start(program, args, { ...environment, ...settings });
  child.stdin?.end(input);
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (ended.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (ended.stderr += text));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_MS);
  await closed;
  clearTimeout(timer);
  return { ...ended, code: child.exitCode };
}

/** The same; what it prints when all went well. */
export async function must(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(args);
  if (code !== 0) {
    throw new Error(`astralfield ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
  }
  return stdout;
}

/* ---- servers ---- */

export class Server {
  readonly log: string;
  url = '';
  port = 0;
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    this.log = join(build, `${name}.log`);
  }

  /** `astralfield serve` on a free port; returns when it says that it listens. */
  static async start(name: string, env: NodeJS.ProcessEnv = {}): Promise<Server> {
    const child = start(program, ['serve'], { ...environment, PORT: '0', ...env });
    const server = new Server(name, child);
    mkdirSync(build, { recursive: true });
    child.stderr?.pipe(createWriteStream(server.log));
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const match = await waitFor(
      () => {
        if (hasEnded(child)) {
          throw new Error(`${name} did not start:\n${readFileSync(server.log, 'utf8')}`);
        }
        return /listening on (http:\/\/127\.0\.0\.1:(\d+))/.exec(said) ?? undefined;
      },
      `${name} listens`,
      READY_MS,
    );
    server.url = match[1] ?? '';
    server.port = Number(match[2]);
    return server;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async ended(): Promise<number | null> {
    await waitFor(() => hasEnded(this.child), `the end of ${this.name}`, STOP_MS);
    return this.child.exitCode;
  }

  async stop(): Promise<number | null> {
    await stop(this.child, this.name);
    return this.child.exitCode;
  }

  /** What it wrote that it should not have. Replies of 5xx are found by whoever got them. */
  complaints(): string[] {
    const bad = /ERROR: \w+Sanitizer|runtime error:|WARNING: ThreadSanitizer|level=fatal|assertion/i;
    return readFileSync(this.log, 'utf8')
      .split('\n')
      .filter((line) => bad.test(line));
  }
}
