import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/* The icon sprite is part of the page: no second request, no flash of missing icons. */
const sprite: Plugin = {
  name: 'sprite',
  transformIndexHtml: (html) => html.replace('<!--sprite-->', readFileSync('.gen/sprite.svg', 'utf8')),
};

export default defineConfig({
  plugins: [sprite],
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    cssTarget: ['chrome120', 'firefox121', 'safari17.2'],
    modulePreload: { polyfill: false },
    manifest: true,
    /* One style sheet for all pages: together they are two thirds of what they are apart. */
    cssCodeSplit: false,
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': { target: process.env.ASTRALFIELD_URL ?? 'http://localhost:3007', ws: true } } },
});
