/* A small built web client, so that tests of static files know every byte. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { scratch } from './harness.js';

export const INDEX = `<!doctype html><title>AstralField under test</title>${'<p>page</p>'.repeat(50)}`;
export const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2000))});`;

export function makeSite(): string {
  const dir = join(scratch, 'site');
  mkdirSync(join(dir, 'assets'), { recursive: true });
  writeFileSync(join(scratch, 'secret.txt'), 'not for the web');
  const files: Record<string, string> = { 'index.html': INDEX, 'assets/app-1a2b3c.js': SCRIPT };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(dir, name), text);
    writeFileSync(join(dir, `${name}.gz`), gzipSync(text));
    writeFileSync(join(dir, `${name}.br`), brotliCompressSync(text));
  }
  writeFileSync(join(dir, 'robots.txt'), 'User-agent: *\n');
  return dir;
}
