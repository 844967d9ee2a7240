/* Two-step sign-in from the first set-up to a lost phone, as a person sees it. */
import type { Page } from '@playwright/test';
import { axe } from './axe';
import { expect, settled, test } from './fixtures';
import { codeOf } from './totp';

test.use({ storageState: { cookies: [], origins: [] }, allowedErrors: /status of 401/ });

const PASSWORD = 'seven green ladders sing';

async function signUp(page: Page): Promise<string> {
  const email = `two-step-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.com`;
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill('Robin Twosteps');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  return email;
}

/** Nothing for axe to find in either theme, nothing that scrolls sideways; a picture is kept. */
async function look(page: Page, name: string, where: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    expect(await axe(page), `${name} in ${colorScheme}`).toEqual([]);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `test-results/pages/${name}-${where}-${colorScheme}.png`, fullPage: true });
  }
}

test('a second step is set up, asked for, replaced by a recovery code, and turned off', async ({
  page,
}, info) => {
  test.slow();
  const where = info.project.name;
  const email = await signUp(page);
  await page.goto('/settings');
  const card = page.getByRole('region', { name: 'Two-step sign-in' });
  await card.getByLabel('Your password').fill(PASSWORD);
  await card.getByRole('button', { name: 'Set up' }).click();
  await expect(card.getByRole('img', { name: 'QR code for an authenticator app' })).toBeVisible();
  await look(page, 'second-scan', where);
  const secret = (await card.locator('.key').textContent()) ?? '';
  await card.getByLabel('Then write the code it shows').fill(codeOf(secret));
  await card.getByRole('button', { name: 'Turn on' }).click();
  await expect(card.locator('.codes li')).toHaveCount(10);
  await look(page, 'second-codes', where);
  const recovery = (await card.locator('.codes li').first().textContent()) ?? '';
  await card.getByRole('button', { name: 'I have kept them' }).click();
  await expect(card.getByText('10 recovery codes left.')).toBeVisible();
  await look(page, 'second-on', where);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();

  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Code')).toBeFocused();
  await look(page, 'second-step', where);
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('The code is wrong');
  await page.getByLabel('Code').fill(recovery);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname === '/');

  await page.goto('/settings');
  await expect(card.getByText('9 recovery codes left.')).toBeVisible();
  await card.getByText('Turn off', { exact: true }).first().click();
  await card.getByLabel('Your password').fill(PASSWORD);
  await card.locator('details[open]').getByLabel('Code').fill(codeOf(secret, 1));
  await card.getByRole('button', { name: 'Turn off' }).click();
  await expect(card.getByRole('button', { name: 'Set up' })).toBeVisible();
});

test('the other places where one is signed in are named and ended', async ({ page, browser }) => {
  const email = await signUp(page);
  const phone = await browser.newContext({
    userAgent: 'Mozilla/5.0 (iPhone) Version/17.5 Mobile Safari/604.1',
  });
  const reply = await phone.request.post('/api/auth/login', { data: { email, password: PASSWORD } });
  expect(reply.ok()).toBe(true);
  await page.goto('/settings');
  const card = page.getByRole('region', { name: 'Where you are signed in' });
  await expect(card.getByText('This device')).toBeVisible();
  await card.getByRole('button', { name: 'Sign out Safari on iPhone' }).click();
  await expect(card.getByText('Safari on iPhone')).toHaveCount(0);
  expect((await phone.request.get('/api/auth/me')).status()).toBe(401);
  await phone.close();
});
