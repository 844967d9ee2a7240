/* The operators' page: whole, accessible, at both widths and in both themes; and nobody else's. */
import { execFileSync } from 'node:child_process';
import type { APIResponse, Page } from '@playwright/test';
import { axe } from './axe';
import { expect, settled, test } from './fixtures';
import { codeOf } from './totp';

const program = process.env.ASTRALFIELD_PROGRAM ?? '../build/astralfield';
const PASSWORD = 'seven green ladders sing';

/** An operator, made on the machine, signed in here with a second factor. */
async function becomeOperator(page: Page): Promise<void> {
  const email = `ops-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.com`;
  execFileSync(program, ['user', 'add', '--email', email, '--name', 'Ona Operator', '--operator'], {
    input: `${PASSWORD}\n`,
  });
  const post = async (path: string, data: object, csrf = ''): Promise<APIResponse> => {
    const reply = await page.request.post(path, { data, headers: csrf ? { 'X-CSRF-Token': csrf } : {} });
    expect(reply.ok(), `${path}: ${await reply.text()}`).toBe(true);
    return reply;
  };
  const { csrfToken } = await (await post('/api/auth/login', { email, password: PASSWORD })).json();
  const { secret } = await (await post('/api/auth/totp', { currentPassword: PASSWORD }, csrfToken)).json();
  await post('/api/auth/totp/confirm', { code: codeOf(secret) }, csrfToken);
}

test.describe('for an operator', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('system health shows what is measured, and axe finds nothing', async ({ page }, info) => {
    test.slow();
    await becomeOperator(page);
    await page.goto('/admin/dashboard');
    for (const name of ['Requests', 'Alerts', 'Open incidents', 'Components', 'Switches', 'Database'])
      await expect(page.getByRole('region', { name, exact: true })).toBeVisible();
    await expect(page.getByText('Not available just now.')).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'Database', exact: true })).toContainText('Pool in use');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      expect(await axe(page), colorScheme).toEqual([]);
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide, 'it scrolls sideways').toBeLessThanOrEqual(0);
      await page.screenshot({
        path: `test-results/pages/admin-${info.project.name}-${colorScheme}.png`,
        fullPage: true,
      });
    }
    await page.goto('/settings');
    await page.getByRole('link', { name: 'System health' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('System health');
  });
});

test('system health is nobody else’s', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto('/admin/dashboard');
  await expect(page.getByRole('region', { name: 'Database', exact: true })).toHaveCount(0);
  await expect(page.getByRole('alert').or(page.locator('.empty')).first()).toBeVisible();
  expect(asked.filter((path) => path.startsWith('/api/admin/') || path.startsWith('/api/metrics/'))).toEqual(
    [],
  );
});
