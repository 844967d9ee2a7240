/* A league's past, its next season, and moving a league in. The import's answers are those of the API's documents:
   a real one needs files of another platform. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Page, Route } from '@playwright/test';
import type { paths } from '../../src/api/schema';
import { expect, myTeam, settled, test } from './fixtures';

type Import = paths['/api/imports/{importId}']['get']['responses'][200]['content']['application/json'];

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function whole(page: Page, name: string, where: string): Promise<void> {
  await settled(page);
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wide, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  await page.screenshot({ path: `test-results/pages/${name}-${where}.png`, fullPage: true });
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    return (await axe.run()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(', ')}`);
  });
  expect(found, `${name} in ${where}`).toEqual([]);
}

const job: Import = {
  id: 7,
  platform: 'sleeper',
  leagueId: '123456789012345678',
  season: null,
  upload: true,
  state: 'collecting',
  documents: 0,
  progress: { step: null, done: 0, total: null },
  createdAt: '2026-01-05T12:00:00Z',
  endedAt: null,
  problem: null,
  report: null,
};

const done: Import = {
  ...job,
  state: 'done',
  progress: { step: 'Stored', done: 12, total: 12 },
  endedAt: '2026-01-05T12:00:09Z',
  report: {
    isUnchanged: false,
    leagues: [
      {
        leagueId: 1,
        name: 'The Test Pattern',
        season: 2024,
        source: { platform: 'sleeper', leagueId: '123456789012345678' },
        isNew: true,
        statSource: 'sleeper',
        parts: 12,
        changedParts: [],
        counts: { teams: 12, managers: 12, matchups: 96, moves: 456, playerWeeks: 5604, gaps: 0 },
        adjustments: [
          { what: 'settings.max_keepers', source: '1', ours: '', why: 'There is no limit of keepers here.' },
        ],
        invites: [{ team: 'Night Owls', manager: 'owl', code: 'abc', url: 'https://example.org/join/abc' }],
      },
    ],
  },
};

const answer = (route: Route, body: unknown, status = 200) =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });

for (const theme of ['dark', 'light'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ colorScheme: theme });

    test('history is whole and accessible in all its parts', async ({ page }, info) => {
      const { leagueId } = await myTeam(page);
      const where = `${info.project.name}-${theme}`;
      await page.goto(`/leagues/${leagueId}/history`);
      await whole(page, 'history', where);
      if (info.project.name === 'phone') {
        for (const part of ['All-time', 'Records', 'Head to head']) {
          await page.getByRole('tab', { name: part }).click();
          await whole(page, `history-${part.split(' ')[0]?.toLowerCase()}`, where);
        }
      }
      await expect(page.getByRole('region', { name: 'Head to head' })).toBeVisible();
      const cell = page.locator(info.project.name === 'phone' ? '.onerow li button' : '.matrix td button');
      await cell.first().click();
      await expect(page.getByRole('dialog')).toContainText('Points a game');
      await expect(page.locator('.met li').first()).toBeVisible();
      await expect(page).toHaveURL(/a=\d+&b=\d+/);
      await whole(page, 'history-pair', where);
      await page.getByRole('button', { name: 'Close' }).click();
      await expect(page.getByRole('dialog')).toHaveCount(0);
    });

    test('an import’s report is whole and accessible', async ({ page }, info) => {
      await page.route('**/api/imports/7', (route) => answer(route, done));
      await page.goto('/import/7');
      await expect(page.getByText('The league is here')).toBeVisible();
      await page.getByText('1 thing not carried over exactly').click();
      await expect(page.getByText('There is no limit of keepers here.')).toBeVisible();
      await expect(page.getByLabel('Invite links: Night Owls')).toHaveValue('https://example.org/join/abc');
      await whole(page, 'import-report', `${info.project.name}-${theme}`);
    });

    test('the wizard is whole and accessible', async ({ page }, info) => {
      await page.route('**/api/imports', (route) => answer(route, { imports: [done, job] }));
      await page.goto('/import');
      await page.getByRole('radio', { name: /^ESPN/ }).check();
      await expect(page.getByRole('textbox', { name: 'Season' })).toBeVisible();
      await whole(page, 'import', `${info.project.name}-${theme}`);
    });
  });
}

test('a league’s page leads to its history', async ({ page }) => {
  const { leagueId } = await myTeam(page);
  await page.goto(`/leagues/${leagueId}`);
  await page.getByRole('navigation', { name: 'History' }).getByRole('link', { name: 'History' }).click();
  await expect(page).toHaveURL(`/leagues/${leagueId}/history`);
  await expect(page.getByRole('region', { name: 'Champions' })).toBeVisible();
});

test('the all-time table is sorted by what is clicked', async ({ page }, info) => {
  const { leagueId } = await myTeam(page);
  await page.goto(`/leagues/${leagueId}/history`);
  if (info.project.name === 'phone') await page.getByRole('tab', { name: 'All-time' }).click();
  await page.getByRole('button', { name: 'Pct' }).click();
  await expect(page.locator('.alltime th[aria-sort=descending]')).toContainText('Pct');
  const shown = await page.locator('.alltime tbody tr td:nth-child(5)').allTextContents();
  expect(shown).toEqual([...shown].sort((a, b) => Number(b) - Number(a)));
});

test('a league that is over is renewed with the keepers that were chosen', async ({ page }) => {
  const { leagueId } = await myTeam(page);
  const league = await (await page.request.get(`/api/leagues/${leagueId}`)).json();
  await page.route(`**/api/leagues/${leagueId}`, (route) =>
    answer(route, {
      ...league,
      state: 'complete',
      role: 'commissioner',
      kind: 'keeper',
      nextLeague: null,
      source: { platform: 'sleeper', leagueId: '1' },
    }),
  );
  const asked: unknown[] = [];
  await page.route(`**/api/leagues/${leagueId}/renew`, async (route) => {
    asked.push(route.request().postDataJSON());
    await answer(route, { ...league, season: league.season + 1 }, 201);
  });
  await page.goto(`/leagues/${leagueId}`);
  await expect(page.getByText('Played on Sleeper')).toBeVisible();
  await page.getByRole('button', { name: /Renew into/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('summary').first().click();
  await dialog.getByRole('checkbox').first().check();
  await expect(dialog.getByText('1 player kept')).toBeVisible();
  await dialog.getByRole('button', { name: 'Renew the league' }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => asked).toEqual([{ keepers: [expect.any(Number)] }]);
  await page.unrouteAll({ behavior: 'wait' });
});

test('files are unpacked, sent in parts, and the import is watched to its end', async ({ page }) => {
  const parts: { path: string; part: number; content: string }[] = [];
  let asked = 0;
  await page.route('**/api/imports', (route) => {
    if (route.request().method() === 'GET') return answer(route, { imports: [] });
    expect(route.request().postDataJSON()).toEqual({
      platform: 'sleeper',
      leagueId: '123456789012345678',
      upload: true,
    });
    return answer(route, job, 201);
  });
  await page.route('**/api/imports/7/documents', (route) => {
    parts.push(route.request().postDataJSON());
    return answer(route, { ...job, documents: 1 });
  });
  await page.route('**/api/imports/7/start', (route) => answer(route, { ...job, state: 'queued' }));
  await page.route('**/api/imports/7', (route) => {
    asked += 1;
    const isOver = asked > 2;
    return answer(
      route,
      isOver ? done : { ...job, state: 'running', progress: { step: 'Reading', done: asked, total: 3 } },
    );
  });
  await page.goto('/import');
  await page.getByLabel('League number or address').fill('https://sleeper.com/leagues/123456789012345678');
  await page.getByRole('radio', { name: /^From files/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL('/import/7');
  const text = JSON.stringify({ rows: 'x'.repeat(500_000) });
  await page.getByLabel('Choose files').setInputFiles([
    { name: 'rosters.json.gz', mimeType: 'application/gzip', buffer: gzipSync(text) },
    { name: 'users.json', mimeType: 'application/json', buffer: Buffer.from('[]') },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
  ]);
  await expect(page.getByText('2 files')).toBeVisible();
  await expect(page.getByText('1 file is left out')).toBeVisible();
  await page.getByRole('button', { name: 'Upload and start' }).click();
  await expect(page.getByText('The league is here')).toBeVisible();
  expect(parts.map((p) => `${p.path} ${p.part}`)).toEqual([
    'rosters.json 1',
    'rosters.json 2',
    'users.json 1',
  ]);
  expect(
    parts
      .slice(0, 2)
      .map((p) => p.content)
      .join(''),
  ).toBe(text);
  expect(Math.max(...parts.map((p) => p.content.length))).toBeLessThanOrEqual(400_000);
});

test('a number that is none is said before anything is sent', async ({ page }) => {
  await page.goto('/import');
  await page.getByLabel('League number or address').fill('my league');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Write the league’s number')).toBeVisible();
});

test('a failed import says where, and that nothing was stored', async ({ page }) => {
  const problem = {
    type: '/problems/feed',
    title: 'The data is not in the form it should have.',
    detail: 'rosters.json cannot be read.',
    errors: [{ at: 'league/1/rosters.json /3/players', message: 'must be a list' }],
  };
  await page.route('**/api/imports/7', (route) => answer(route, { ...job, state: 'failed', problem }));
  await page.goto('/import/7');
  await expect(page.getByRole('alert')).toContainText('Nothing of it was stored.');
  await expect(page.getByText('league/1/rosters.json /3/players')).toBeVisible();
});
