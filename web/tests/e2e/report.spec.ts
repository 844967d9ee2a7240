/* What fails in a browser reaches the operators, once and without secrets. */
import type { Page, Request } from '@playwright/test';
import { expect, settled, test } from './fixtures';

test.use({ allowedErrors: /planted|status of (404|503)|ERR_/ });

const isReport = (request: Request): boolean => request.url().endsWith('/api/errors/client');

function reportsOf(page: Page): Request[] {
  const reports: Request[] = [];
  page.on('request', (request) => {
    if (isReport(request)) reports.push(request);
  });
  return reports;
}

const fail = (page: Page, words: string): Promise<void> =>
  page.evaluate((message) => {
    setTimeout(() => {
      throw new Error(message);
    });
  }, words);

test('an error and a rejection are accepted by the server, each once', async ({ page }) => {
  const reports = reportsOf(page);
  await page.goto('/');
  await settled(page);
  await fail(page, 'planted error');
  await fail(page, 'planted error');
  await page.evaluate(() => {
    setTimeout(() => void Promise.reject(new Error('planted rejection')));
  });
  await fail(page, 'planted end');
  await expect.poll(() => reports.length).toBe(3);
  const told = reports.map((r) => `${r.postDataJSON().kind} ${r.postDataJSON().message}`);
  expect(told.sort()).toEqual([
    'error Error: planted end',
    'error Error: planted error',
    'rejection Error: planted rejection',
  ]);
  for (const each of reports) expect((await each.response())?.status()).toBe(202);
  const headers = await Promise.all(reports.map((r) => r.allHeaders()));
  for (const each of headers) expect(each.cookie).toBeUndefined();
});

test('a page that cannot be fetched says so, and is told as what it is', async ({ page }) => {
  await page.goto('/');
  await settled(page);
  const file = /assets\/settings-[^/]*\.js/;
  await page.route(file, (route) => route.abort());
  const report = page.waitForRequest(isReport);
  await page.evaluate(() => {
    history.pushState(null, '', '/settings');
  });
  await expect(page.getByRole('alert')).toBeVisible();
  expect((await report).postDataJSON()).toMatchObject({ kind: 'render', page: '/settings' });
});
