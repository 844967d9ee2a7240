/* A league from nothing to its first pick, in the browser alone. */
import type { Page } from '@playwright/test';
import { expect, settled, test } from './fixtures';

test.use({ storageState: { cookies: [], origins: [] } });

async function newLeague(page: Page): Promise<number> {
  const email = `draft-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.com`;
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill('Dana Drafter');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('a-long-enough-password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Create a league' }).click();
  await page.getByLabel('League name').fill('Draft Night');
  await page.getByLabel('Your team’s name').fill('Early Birds');
  await page.getByRole('radio', { name: '4', exact: true }).check();
  await page.getByRole('button', { name: 'Create league' }).click();
  await expect(page.getByRole('heading', { name: 'Draft Night' })).toBeVisible();
  return Number(/leagues\/(\d+)/.exec(page.url())?.[1]);
}

test('a commissioner fills the league, starts the draft, queues and picks, and sees it live', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  const leagueId = await newLeague(page);
  await page.getByRole('main').getByRole('link', { name: 'Go to the draft' }).click();
  await expect(page).toHaveURL(new RegExp(`/leagues/${leagueId}/draft$`));
  await settled(page);
  const setUp = page.getByRole('button', { name: 'Set up the draft' });
  const start = page.getByRole('button', { name: 'Start the draft' });
  await expect(setUp).toBeVisible();
  await expect(start.or(setUp).first()).toBeVisible();
  await page.getByRole('radio', { name: '1:00', exact: true }).check();
  await setUp.click();
  await expect(page.getByText('Snake, 15 rounds, 1:00 a pick')).toBeVisible();
  await expect(start).toBeDisabled();
  await page.getByRole('button', { name: 'Fill up' }).click();
  await expect(start).toBeEnabled();
  await start.click();

  /* The others pick by themselves, seconds apart: pick after pick arrives without a reload. */
  const yours = page.getByRole('heading', { name: 'You’re on the clock' });
  await expect(yours).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('timer')).toHaveText(/^[01]:\d\d$/);
  const pool = page.getByRole('region', { name: 'Available players' });
  const names = pool.locator('tbody .pl b');
  await expect(names.first()).toBeVisible();
  const wanted = (await names.nth(4).textContent()) ?? '';
  await pool.getByRole('button', { name: `Queue ${wanted}` }).click();
  const queue = page.getByRole('region', { name: 'Your queue' });
  await expect(queue.getByRole('listitem')).toHaveCount(1);
  await page.reload();
  await expect(queue.getByRole('listitem')).toHaveCount(1);

  /* Who is not the top of the queue needs a second word. */
  const first = (await names.first().textContent()) ?? '';
  await pool.getByRole('button', { name: `Draft ${first}` }).click();
  const ask = page.getByRole('dialog', { name: `Draft ${first}?` });
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await expect(ask).toBeHidden();

  const other = await context.newPage();
  await other.goto(`/leagues/${leagueId}/draft`);
  await expect(other.getByRole('heading', { name: 'You’re on the clock' })).toBeVisible();
  await queue.getByRole('button', { name: `Draft ${wanted}` }).click();
  await expect(page.getByText(`${wanted} is yours`).first()).toBeVisible();
  const roster = (of: Page) => of.getByRole('region', { name: 'Your roster' });
  await expect(roster(page).getByText('1 of 15')).toBeVisible();
  await expect(roster(other).getByText('1 of 15')).toBeVisible();
  await expect(pool.getByRole('button', { name: `Draft ${wanted}` })).toHaveCount(0);
  await expect(queue.getByRole('listitem')).toHaveCount(0);
  await other.close();

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await expect(page.getByText('Paused')).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  const auto = page.getByRole('switch', { name: 'Autopick' });
  await expect(auto).toBeEnabled();
  await auto.click();
  await expect(auto).toHaveAttribute('aria-checked', 'true');
  await expect(roster(page).getByText('2 of 15')).toBeVisible({ timeout: 40_000 });
});
