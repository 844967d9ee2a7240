import { expect, myTeam, settled, test } from './fixtures';

test.use({ serviceWorkers: 'allow' });

test('the manifest can be installed from', async ({ page }) => {
  await page.goto('/');
  const cdp = await page.context().newCDPSession(page);
  const manifest = await cdp.send('Page.getAppManifest');
  expect(manifest.errors).toEqual([]);
  expect(JSON.parse(manifest.data ?? '{}')).toMatchObject({ name: 'AstralField', display: 'standalone' });
  for (const icon of JSON.parse(manifest.data ?? '{}').icons) {
    const reply = await page.request.get(icon.src);
    expect(reply.headers()['content-type']).toBe('image/png');
  }
});

test.describe('without a network', () => {
  test.use({ allowedErrors: /ERR_|Failed to load resource|WebSocket/ });
  test('the shell opens, what was read is shown, and a note says so', async ({ page, context }) => {
    const { leagueId } = await myTeam(page);
    await page.goto(`/leagues/${leagueId}`);
    await page.waitForFunction(() =>
      navigator.serviceWorker.ready.then((r) => r.active?.state === 'activated'),
    );
    /* The second load is the worker's: it keeps what the page reads. */
    await page.reload();
    await settled(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.reload();
    await settled(page);
    const title = await page.getByRole('heading', { level: 2 }).first().textContent();
    await context.setOffline(true);
    await page.reload();
    await expect(page.getByText('You are offline.')).toBeVisible();
    await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(title ?? '');
    await context.setOffline(false);
  });
});
