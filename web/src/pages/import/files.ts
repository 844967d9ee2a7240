/* Files that somebody picked, as the documents of an import: unpacked, named as the server wants them, in parts. */

export const PART_BYTES_MAX = 400_000;
export const ALL_BYTES_MAX = 64 * 1024 * 1024;
const PATH_MAX = 200;

export interface Part {
  path: string;
  part: number;
  content: string;
}

/** "1049…", "https://sleeper.com/leagues/1049…/team", "…?leagueId=18254195&seasonId=2024"; null when there is none. */
export function leagueNumber(text: string): string | null {
  const trimmed = text.trim();
  if (/^\d{1,20}$/.test(trimmed)) return trimmed;
  return /(?:leagueId=|leagues?\/)(\d{1,20})(?!\d)/i.exec(trimmed)?.[1] ?? null;
}

/** The season an ESPN address names. */
export const seasonIn = (text: string): string | null => /seasonId=(\d{4})(?!\d)/i.exec(text)?.[1] ?? null;

/** A path of letters, digits, dots, dashes and underscores, without ".gz"; null for what is no JSON. */
export function documentPath(path: string): string | null {
  const parts = path
    .replace(/\.gz$/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const name = parts.at(-1) ?? '';
  if (!/\.json$/i.test(name) || name.startsWith('.')) return null;
  const clean = parts.map((part) => part.replace(/[^A-Za-z0-9_.-]/g, '_').replace(/^[^A-Za-z0-9_]/, '_'));
  while (clean.length > 1 && clean.join('/').length > PATH_MAX) clean.shift();
  const whole = clean.join('/');
  return whole.length <= PATH_MAX ? whole : null;
}

/** Cuts a text into parts of so many UTF-8 bytes at most, never inside a character. */
export function cut(text: string, most = PART_BYTES_MAX): string[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parts: string[] = [];
  let from = 0;
  while (from < bytes.length) {
    let to = Math.min(from + most, bytes.length);
    while (to < bytes.length && ((bytes[to] ?? 0) & 0xc0) === 0x80) to -= 1;
    parts.push(decoder.decode(bytes.subarray(from, to)));
    from = to;
  }
  return parts;
}

const GZIP = [0x1f, 0x8b] as const;

/** The file's text; what is gzip is unpacked, whatever it is called. */
export async function textOf(file: Blob): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = head[0] === GZIP[0] && head[1] === GZIP[1];
  const stream = isPacked ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  return new Response(stream as ReadableStream<Uint8Array>).text();
}

export async function partsOf(file: Blob, path: string): Promise<Part[]> {
  const contents = cut(await textOf(file));
  return contents.map((content, i) => ({ path, part: i + 1, content }));
}

export interface Picked {
  files: { file: File; path: string }[];
  skipped: number;
  bytes: number;
}

/** What of the picked files is uploaded; a file that was picked twice counts once. */
export function picked(list: Iterable<File>): Picked {
  const found = new Map<string, File>();
  let skipped = 0;
  for (const file of list) {
    const path = documentPath(file.webkitRelativePath || file.name);
    if (path === null || file.size === 0) skipped += 1;
    else found.set(path, file);
  }
  const files = [...found].map(([path, file]) => ({ path, file }));
  return { files, skipped, bytes: files.reduce((sum, { file }) => sum + file.size, 0) };
}

export function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
