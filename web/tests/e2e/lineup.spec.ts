import type { Locator, Page } from '@playwright/test';
import { editableWeek, expect, myTeam, settled, test } from './fixtures';

/* Opens my team in a week that can still be changed. */
async function openLineup(page: Page): Promise<void> {
  const place = await myTeam(page);
  const week = await editableWeek(page, place);
  test.skip(week === null, 'NO WEEK OF THE SAMPLE LEAGUE CAN BE CHANGED: the lineup editor was not tested');
  await page.goto(`/leagues/${place.leagueId}/teams/${place.teamId}?week=${week}`);
  await settled(page);
  await expect(page.getByRole('group', { name: 'Lineups' })).toBeVisible();
}

const bench = (page: Page): Locator =>
  page.getByRole('region', { name: 'Bench' }).locator('[data-place]:not([data-place=sit])');
const starters = (page: Page): Locator =>
  page.getByRole('region', { name: 'Starters' }).locator('[data-place]');
const targets = (page: Page): Locator => starters(page).and(page.getByRole('button', { name: /^Move here/ }));
const nameIn = async (row: Locator): Promise<string> => (await row.locator('b').first().textContent()) ?? '';

/** The first bench player that has a legal place among the starters, picked up by `take`. */
async function pickUp(
  page: Page,
  take: (row: Locator) => Promise<void>,
  letGo: (row: Locator) => Promise<void>,
) {
  for (const row of await bench(page).all()) {
    await take(row);
    if ((await targets(page).count()) > 0) return { row, name: await nameIn(row) };
    if ((await row.getAttribute('aria-pressed')) === 'true') await letGo(row);
  }
  throw new Error('nobody on the bench can start');
}

const undo = async (page: Page, place: string, name: string): Promise<void> => {
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.locator(`[data-place="${place}"] b`).first()).not.toHaveText(name);
  await expect(page.getByText('Change undone').first()).toBeVisible();
};

test('a player moves by two presses, and stands there after a reload', async ({ page }) => {
  await openLineup(page);
  const held = await pickUp(
    page,
    (row) => row.click(),
    (row) => row.click(),
  );
  const place = (await targets(page).first().getAttribute('data-place')) ?? '';
  await targets(page).first().click();
  const landed = page.locator(`[data-place="${place}"]`);
  await expect(landed).toContainText(held.name);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await page.reload();
  await settled(page);
  await expect(landed).toContainText(held.name);
  /* Put things back by swapping with whoever can take the place again. */
  await landed.click();
  const back = bench(page).and(page.getByRole('button', { name: /^Move here/ }));
  if ((await back.count()) > 0) await back.first().click();
  else await page.locator('[data-place=sit]').click();
  await expect(page.getByRole('button', { name: 'Undo' }).last()).toBeVisible();
});

test('a player moves by keyboard alone, and the change can be undone', async ({ page, isMobile }) => {
  test.skip(isMobile, 'keyboards belong to the desktop run');
  await openLineup(page);
  const held = await pickUp(
    page,
    async (row) => {
      await row.focus();
      await page.keyboard.press('Enter');
    },
    async () => {
      await page.keyboard.press('Escape');
    },
  );
  await expect(held.row).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('ArrowUp');
  const place = (await page.evaluate(() => (document.activeElement as HTMLElement).dataset.place)) ?? '';
  await expect(page.locator(`[data-place="${place}"]`)).toHaveAccessibleName(/^Move here/);
  await page.keyboard.press('Enter');
  const landed = page.locator(`[data-place="${place}"]`);
  await expect(landed).toContainText(held.name);
  await expect(landed).toBeFocused();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await undo(page, place, held.name);
});

test('a player can be dragged with the mouse', async ({ page, isMobile }) => {
  test.skip(isMobile, 'the mouse belongs to the desktop run');
  await openLineup(page);
  const probe = await pickUp(
    page,
    (row) => row.click(),
    (row) => row.click(),
  );
  const place = (await targets(page).first().getAttribute('data-place')) ?? '';
  await page.keyboard.press('Escape');
  await probe.row.focus();
  const from = await probe.row.boundingBox();
  const to = await page.locator(`[data-place="${place}"]`).boundingBox();
  if (!from || !to) throw new Error('rows are not on the page');
  await page.mouse.move(from.x + 80, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y - 20, { steps: 4 });
  await page.mouse.move(to.x + 80, to.y + to.height / 2, { steps: 8 });
  await expect(page.locator('.dragged')).toBeVisible();
  await page.mouse.up();
  await expect(page.locator(`[data-place="${place}"]`)).toContainText(probe.name);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await undo(page, place, probe.name);
});

test.describe('when the server cannot be reached', () => {
  test.use({ allowedErrors: /ERR_|Failed to load resource/ });
  test('a change is kept, said so, and sent again', async ({ page, isMobile }) => {
    test.skip(isMobile, 'once is enough');
    await openLineup(page);
    await page.route('**/api/teams/*/lineup', (route) =>
      route.request().method() === 'PUT' ? route.abort('connectionfailed') : route.continue(),
    );
    const held = await pickUp(
      page,
      (row) => row.click(),
      (row) => row.click(),
    );
    const place = (await targets(page).first().getAttribute('data-place')) ?? '';
    await targets(page).first().click();
    await expect(page.getByRole('alert')).toContainText('kept on this device');
    await expect(page.locator(`[data-place="${place}"]`)).toContainText(held.name);
    await page.unroute('**/api/teams/*/lineup');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByText('Lineup saved').first()).toBeVisible();
    await page.locator(`[data-place="${place}"]`).click();
    const back = bench(page).and(page.getByRole('button', { name: /^Move here/ }));
    if ((await back.count()) > 0) await back.first().click();
    else await page.locator('[data-place=sit]').click();
    await expect(page.getByRole('button', { name: 'Undo' }).last()).toBeVisible();
  });
});
