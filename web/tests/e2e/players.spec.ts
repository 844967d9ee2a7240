import { expect, myTeam, settled, test } from './fixtures';

test('players can be searched, filtered and sorted, and the view is in the address', async ({
  page,
  isMobile,
}) => {
  const { leagueId } = await myTeam(page);
  await page.goto(`/leagues/${leagueId}/players`);
  await settled(page);
  const rows = page.locator('tbody tr[aria-rowindex]');
  await expect(rows.first()).toBeVisible();
  const known = (await rows.first().locator('b').first().textContent()) ?? '';

  await page.getByRole('searchbox', { name: 'Search players' }).fill(known.slice(0, 6));
  await expect(page).toHaveURL(/search=/);
  await expect(rows.first().locator('b').first()).toContainText(known.slice(0, 6));

  await page.getByRole('searchbox', { name: 'Search players' }).fill('');
  await page.getByRole('group', { name: 'Position' }).getByRole('button', { name: 'TE' }).click();
  await expect(page).toHaveURL(/position=TE/);
  await settled(page);
  await expect(rows.first().locator('.pos').first()).toHaveText('TE');
  for (const pill of await rows.locator('.pos.WR, .pos.QB, .pos.RB').all()) await expect(pill).toBeHidden();

  await page.getByRole('group', { name: 'Availability' }).getByRole('button', { name: 'Rostered' }).click();
  await expect(page).toHaveURL(/show=rostered/);

  if (!isMobile) {
    await page.getByRole('columnheader', { name: 'Player' }).getByRole('button').click();
    await expect(page.getByRole('columnheader', { name: 'Player' })).toHaveAttribute(
      'aria-sort',
      'ascending',
    );
  }
  await page.reload();
  await settled(page);
  await expect(
    page.getByRole('group', { name: 'Position' }).getByRole('button', { name: 'TE' }),
  ).toHaveAttribute('aria-pressed', 'true');
});

test('only the rows near the window are drawn, and scrolling brings the others', async ({ page }) => {
  const { leagueId } = await myTeam(page);
  await page.goto(`/leagues/${leagueId}/players`);
  await settled(page);
  const rows = page.locator('tbody tr[aria-rowindex]');
  const total = Number(await page.getByRole('table').getAttribute('aria-rowcount'));
  test.skip(total < 200, 'TOO FEW PLAYERS TO TEST WINDOWING');
  expect(await rows.count()).toBeLessThan(80);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
  await expect(async () => {
    expect(Number(await rows.first().getAttribute('aria-rowindex'))).toBeGreaterThan(60);
  }).toPass();
  await settled(page);
  expect(await rows.count()).toBeLessThan(80);
  await expect(rows.first().locator('b').first()).toBeVisible();
});

test('a fast scroll asks only for what it comes to rest at, and the table never jumps', async ({ page }) => {
  const { leagueId } = await myTeam(page);
  const asked: number[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/api/players') asked.push(Number(url.searchParams.get('offset')));
  });
  await page.goto(`/leagues/${leagueId}/players`);
  await settled(page);
  const total = Number(await page.getByRole('table').getAttribute('aria-rowcount'));
  test.skip(total < 400, 'TOO FEW PLAYERS TO TEST A FAST SCROLL');
  expect(asked).toEqual([0]);
  await page.evaluate(async () => {
    const end = document.body.scrollHeight - innerHeight;
    for (let y = 0; y < end; y += 400) {
      scrollTo(0, y);
      await new Promise(requestAnimationFrame);
    }
    scrollTo(0, end);
  });
  const rows = page.locator('tbody tr[aria-rowindex]');
  await expect(rows.last()).toHaveAttribute('aria-rowindex', String(total));
  await settled(page);
  await expect(rows.last().locator('b').first()).toBeVisible();
  expect(asked.length, `asked for ${asked}`).toBeLessThanOrEqual(3);
  expect(new Set(asked).size).toBe(asked.length);
  expect(
    await page.evaluate(() => document.body.scrollHeight - innerHeight - scrollY),
    'the table stays where it was scrolled to',
  ).toBeLessThan(2);
});

test.describe('when the server has had enough', () => {
  test.use({ allowedErrors: /status of 429/ });
  test('the page waits as long as it is told, keeps what it has, and goes on', async ({ page }) => {
    const { leagueId } = await myTeam(page);
    const refused: number[] = [];
    let isRefusing = true;
    await page.route(/\/api\/players\?.*offset=[1-9]/, async (route) => {
      if (!isRefusing) return route.continue();
      refused.push(Date.now());
      await route.fulfill({
        status: 429,
        headers: { 'Retry-After': '2', 'Content-Type': 'application/problem+json' },
        body: '{"type":"/problems/too-many-requests","title":"Too many requests.","status":429}',
      });
    });
    await page.goto(`/leagues/${leagueId}/players`);
    await settled(page);
    const total = Number(await page.getByRole('table').getAttribute('aria-rowcount'));
    test.skip(total < 400, 'TOO FEW PLAYERS TO TEST A REFUSED PAGE');
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
    const note = page.getByRole('alert').filter({ hasText: 'Too many requests.' });
    await expect(note).toBeVisible({ timeout: 20_000 });
    expect(refused.length).toBeLessThanOrEqual(6); /* two pages in sight at most, three tries each */
    const waits = refused.slice(1).map((at, i) => at - (refused[i] ?? 0));
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(1900);
    await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', String(total));
    isRefusing = false;
    await note.getByRole('button', { name: 'Try again' }).click();
    await settled(page);
    await expect(note).toHaveCount(0);
    await expect(page.locator('tbody tr[aria-rowindex] b').first()).toBeVisible();
  });
});

test('a player’s card opens over the page, shows a game log, and gives focus back', async ({ page }) => {
  const { leagueId } = await myTeam(page);
  await page.goto(`/leagues/${leagueId}/players`);
  await settled(page);
  const first = page.locator('tbody .pl').first();
  const name = (await first.locator('b').first().textContent()) ?? '';
  await first.click();
  const card = page.getByRole('dialog', { name });
  await expect(card).toBeVisible();
  await expect(card.getByRole('table', { name: 'Game log' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  await expect(first).toBeFocused();
});

test('the finder goes to a player, a team or a page from anywhere', async ({ page, isMobile }) => {
  test.skip(isMobile, 'shortcuts belong to the desktop run');
  const { leagueId } = await myTeam(page);
  await page.goto(`/leagues/${leagueId}`);
  await settled(page);
  await page.keyboard.press('/');
  const box = page.getByRole('combobox', { name: 'Find a player, team or page' });
  await expect(box).toBeFocused();
  await box.fill('settings');
  await expect(page.getByRole('option', { name: 'Settings' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await expect(page.getByRole('heading', { level: 1, name: 'Players' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
});
