import { expect, sampleUser, settled, signIn, test } from './fixtures';

test.use({ storageState: { cookies: [], origins: [] } });

test('a visitor sees what it is and can go on to sign in', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a member signs in, sees the dashboard, and signs out', async ({ page }) => {
  await signIn(page, sampleUser);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
  const session = await (await page.request.get('/api/auth/session')).json();
  expect(session.authenticated).toBe(false);
});

test.describe('with a wrong password', () => {
  test.use({ allowedErrors: /status of 401/ });
  test('the form says so and keeps the email', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByLabel('Email').fill(`nobody-${Date.now()}@example.com`);
    await page.getByLabel('Password').fill('certainly-wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(page.getByLabel('Email')).not.toHaveValue('');
  });
});

test('the sign-up form checks its fields before it sends anything', async ({ page }) => {
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill('Someone');
  await page.getByLabel('Email').fill('not an address');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('Write an email address')).toBeVisible();
  await expect(page.getByText('Use at least 10 characters.')).toBeVisible();
  await expect(page.getByLabel('Email')).toBeFocused();
});

test('a newcomer creates an account, then a league, and gets an invite link', async ({ page }) => {
  const email = `e2e-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.com`;
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill('Robin Newcomer');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('a-long-enough-password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'No team yet' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Create a league' }).click();
  await page.getByLabel('League name').fill('Newcomers');
  await page.getByLabel('Your team’s name').fill('Firstlings');
  await page.getByRole('radio', { name: '10' }).check();
  await page.getByRole('radio', { name: 'PPR One point' }).check();
  await page.getByRole('button', { name: 'Create league' }).click();
  await expect(page.getByRole('heading', { name: 'Newcomers' })).toBeVisible();
  await settled(page);
  await page.getByRole('button', { name: 'Invite managers' }).click();
  await page.getByRole('button', { name: 'Make an invite link' }).click();
  await expect(page.getByRole('textbox', { name: 'Invite managers' })).toHaveValue(/\/join\/.+/);
});

test.describe('without a session', () => {
  test.use({ allowedErrors: /status of (401|403|404)/ });
  test('a private page asks to sign in and comes back afterwards', async ({ page }) => {
    await page.goto('/leagues/999999999');
    await settled(page);
    await expect(page.getByRole('alert')).toBeVisible();
  });
  test('an address that does not exist says so', async ({ page }) => {
    await page.goto('/no/such/page');
    await expect(page.getByRole('heading', { name: 'Nothing here' }).first()).toBeVisible();
  });
});
