/* Every page in both themes at the project's width: it loads, nothing breaks, axe finds nothing, a picture is kept. */
import type { Page } from '@playwright/test';
import { axe } from './axe';
import { expect, myTeam, settled, test } from './fixtures';

const openPages: Record<string, string> = {
  landing: '/',
  'sign-in': '/sign-in',
  'sign-up': '/sign-up',
};

const memberPages: Record<string, string> = {
  dashboard: '/',
  league: '/leagues/{league}',
  matchup: '/leagues/{league}/matchup',
  'matchup-week-1': '/leagues/{league}/matchup?week=1',
  team: '/leagues/{league}/teams/{team}',
  players: '/leagues/{league}/players',
  draft: '/leagues/{league}/draft',
  create: '/leagues/new',
  join: '/join',
  settings: '/settings',
  'not-found': '/no/such/page',
};

async function check(page: Page, name: string, address: string, where: string): Promise<void> {
  await page.goto(address);
  await settled(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wide, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  await page.screenshot({ path: `test-results/pages/${name}-${where}.png` });
  expect(await axe(page), `${name} in ${where}`).toEqual([]);
}

for (const theme of ['dark', 'light'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ colorScheme: theme });

    for (const [name, address] of Object.entries(memberPages))
      test(`${name} is whole and accessible`, async ({ page }, info) => {
        const { leagueId, teamId } = await myTeam(page);
        const path = address.replace('{league}', String(leagueId)).replace('{team}', String(teamId));
        await check(page, name, path, `${info.project.name}-${theme}`);
      });

    test.describe('for a visitor', () => {
      test.use({ storageState: { cookies: [], origins: [] } });
      for (const [name, address] of Object.entries(openPages))
        test(`${name} is whole and accessible`, async ({ page }, info) => {
          await check(page, name, address, `${info.project.name}-${theme}`);
        });
    });

    test('the player card and a lineup in the hand are accessible', async ({ page }) => {
      const { leagueId, teamId } = await myTeam(page);
      await page.goto(`/leagues/${leagueId}/players`);
      await settled(page);
      await page.locator('tbody .pl').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.goto(`/leagues/${leagueId}/teams/${teamId}`);
      await settled(page);
      const free = page.locator('.lrow:not(.locked) [data-place]').first();
      if ((await free.count()) > 0) await free.click();
      expect(await axe(page)).toEqual([]);
    });
  });
}

test('touch targets are 44 px or more on a phone', async ({ page, isMobile }) => {
  test.skip(!isMobile, 'a phone’s question');
  const { leagueId, teamId } = await myTeam(page);
  for (const address of [
    '/',
    `/leagues/${leagueId}`,
    `/leagues/${leagueId}/matchup`,
    `/leagues/${leagueId}/teams/${teamId}`,
  ]) {
    await page.goto(address);
    await settled(page);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('main button, main a.btn, .bottomnav a, .top button')]
        .filter((e) => e.offsetParent !== null)
        .flatMap((e) => {
          const after = getComputedStyle(e, '::after');
          const grown =
            after.content !== 'none' && after.position === 'absolute'
              ? -2 * Number.parseFloat(after.top) || 0
              : 0;
          const height = e.getBoundingClientRect().height + Math.max(0, grown);
          return height < 43.5 ? [`${e.className} ${e.textContent?.slice(0, 20)} ${height}`] : [];
        }),
    );
    expect(small, address).toEqual([]);
  }
});
