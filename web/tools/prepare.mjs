/* Makes what the build needs from other packages: the icon sprite and the subset of the typeface.
   The result lives in .gen/ and is only made again when its sources are newer. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const from = (path) => join(root, path);
mkdirSync(from('.gen'), { recursive: true });

function isFresh(target, ...sources) {
  return existsSync(target) && sources.every((s) => statSync(s).mtimeMs <= statSync(target).mtimeMs);
}

function makeSprite() {
  const names = JSON.parse(readFileSync(from('src/icons/icons.json'), 'utf8'));
  const symbols = names.map((name) => {
    const svg = readFileSync(from(`node_modules/lucide-static/icons/${name}.svg`), 'utf8');
    const body = svg.replace(/<!--.*?-->/gs, '').replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, '');
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${body.replace(/\s+/g, ' ').replace(/> </g, '><').trim()}</symbol>`;
  });
  const crests = JSON.parse(readFileSync(from('src/icons/crests.json'), 'utf8')).map(
    ({ ground, body }, i) =>
      `<symbol id="c-${i}" viewBox="0 0 40 40"><rect width="40" height="40" fill="${ground}"/><rect width="40" height="40" fill="url(#crest-shade)"/>${body}</symbol>`,
  );
  const shade =
    '<linearGradient id="crest-shade" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".1"/><stop offset="1" stop-color="#000" stop-opacity=".28"/></linearGradient>';
  writeFileSync(
    from('.gen/sprite.svg'),
    `<svg class="sprite" width="0" height="0" aria-hidden="true"><defs>${shade}</defs>${symbols.join('')}${crests.join('')}</svg>`,
  );
}

/* Latin-1, Latin Extended-A (players' and managers' names) and the punctuation we print. */
function characters() {
  const ranges = [
    [0x20, 0x7e],
    [0xa0, 0x17f],
  ];
  const extra = '–—‘’“”•…′″€™−→←↑↓×';
  return (
    ranges
      .map(([a, b]) => String.fromCodePoint(...Array.from({ length: b - a + 1 }, (_, i) => a + i)))
      .join('') + extra
  );
}

async function makeFont() {
  const source = from('node_modules/@fontsource-variable/archivo/files/archivo-latin-wdth-normal.woff2');
  const target = from('.gen/archivo.woff2');
  if (isFresh(target, source, fileURLToPath(import.meta.url))) return;
  const font = await subsetFont(readFileSync(source), characters(), {
    targetFormat: 'woff2',
    variationAxes: { wdth: { min: 75, max: 125 }, wght: { min: 400, max: 800 } },
  });
  writeFileSync(target, font);
}

makeSprite();
await makeFont();
