/* The last step of the build: the worker's precache list, compressed copies beside each text file, and the size
   budgets, which fail the build. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const KB = 1024;
const BUDGET = { first: 45 * KB, lazy: 20 * KB, total: 110 * KB, css: 14 * KB, fonts: 75 * KB };
const NEVER_CACHED = /^(sw\.js|robots\.txt|icons\/)|\.(br|gz)$/;

const list = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? list(join(folder, e.name)) : [join(folder, e.name)],
  );

const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });

function fillPrecache(files) {
  const entries = files
    .map((file) => relative(dist, file))
    .filter((path) => !NEVER_CACHED.test(path))
    .map((path) => ({
      url: `/${path}`,
      revision: path.startsWith('assets/')
        ? null
        : createHash('sha256')
            .update(readFileSync(join(dist, path)))
            .digest('hex')
            .slice(0, 16),
    }))
    .sort((a, b) => (a.url < b.url ? -1 : 1));
  const worker = join(dist, 'sw.js');
  const source = readFileSync(worker, 'utf8');
  if (source.split('self.__WB_MANIFEST').length !== 2)
    throw new Error('sw.js must name its list exactly once');
  writeFileSync(
    worker,
    source.replace('self.__WB_MANIFEST', () => JSON.stringify(entries)),
  );
}

/** Every file a chunk needs before it can run. */
function closure(manifest, key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(manifest, next, seen);
  return seen;
}

function measure(manifest, sizes) {
  const bytes = (keys) => [...keys].reduce((sum, key) => sum + sizes.get(manifest[key].file), 0);
  const entry = closure(manifest, 'index.html');
  const withPages = (...pages) =>
    bytes(pages.reduce((keys, p) => closure(manifest, p, keys), new Set(entry)));
  const first = withPages('src/pages/dashboard/home.tsx', 'src/pages/dashboard/dashboard.tsx');
  const lazy = Object.keys(manifest)
    .filter((key) => manifest[key].isDynamicEntry)
    .map((key) => [key, bytes([...closure(manifest, key)].filter((k) => !entry.has(k)))])
    .sort((a, b) => b[1] - a[1]);
  const sum = (test) =>
    [...sizes].filter(([file]) => test.test(file)).reduce((total, [, size]) => total + size, 0);
  return {
    first,
    lazy: lazy[0],
    total: sum(/^assets\/.*\.js$/),
    css: sum(/\.css$/),
    fonts: sum(/\.woff2$/),
  };
}

const manifestFile = join(dist, '.vite', 'manifest.json');
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
rmSync(join(dist, '.vite'), { recursive: true });
fillPrecache(list(dist));
const sizes = new Map();
for (const file of list(dist)) {
  const path = relative(dist, file);
  if (!/\.(html|js|css|json|svg|txt)$/.test(path)) {
    sizes.set(path, statSync(file).size);
    continue;
  }
  const bytes = readFileSync(file);
  const small = brotli(bytes);
  writeFileSync(`${file}.br`, small);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  sizes.set(path, small.length);
}

const found = measure(manifest, sizes);
const rows = [
  ['first route, JS', found.first, BUDGET.first],
  [`largest lazy part, JS (${found.lazy[0]})`, found.lazy[1], BUDGET.lazy],
  ['all JS', found.total, BUDGET.total],
  ['all CSS', found.css, BUDGET.css],
  ['fonts', found.fonts, BUDGET.fonts],
];
const kb = (n) => `${(n / KB).toFixed(1)} KB`;
for (const [name, size, budget] of rows)
  console.log(`${size > budget ? 'OVER' : 'ok  '}  ${name}: ${kb(size)} of ${kb(budget)} (brotli)`);
if (rows.some(([, size, budget]) => size > budget)) {
  console.error('The build is larger than its budget.');
  process.exit(1);
}
