/* The tests' database, for what no endpoint does. */
import { execFileSync } from 'node:child_process';
import { root } from './harness.js';

/** What psql prints for statements on the tests' database. */
export function sql(text: string): string {
  const args = ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', process.env['ASTRALFIELD_TEST_DB'] ?? '', '-f', '-'];
  return execFileSync('psql', args, { input: text, encoding: 'utf8', cwd: root }).trim();
}
