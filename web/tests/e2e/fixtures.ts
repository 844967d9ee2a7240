/* What every test checks besides its own subject: no error in the console, no breach of the content security
   policy. */
import { test as base, expect, type Page } from '@playwright/test';

export interface Credentials {
  email: string;
  password: string;
}

export const sampleUser: Credentials = {
  email: process.env.ASTRALFIELD_EMAIL ?? '',
  password: process.env.ASTRALFIELD_PASSWORD ?? '',
};

interface Fixtures {
  /** Console errors that the test provokes on purpose. */
  allowedErrors: RegExp | null;
  watch: undefined;
}

export const test = base.extend<Fixtures>({
  allowedErrors: [null, { option: true }],
  watch: [
    async ({ page, allowedErrors }, use) => {
      const errors: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
        });
      });
      await use(undefined);
      expect(errors.filter((text) => !allowedErrors?.test(text))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export async function signIn(page: Page, who: Credentials): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname === '/');
}

export interface Place {
  leagueId: number;
  teamId: number;
  week: number;
}

/** The sample user's first team, as the server tells it. */
export async function myTeam(page: Page): Promise<Place> {
  const reply = await page.request.get('/api/dashboard');
  expect(reply.ok()).toBe(true);
  const row = (await reply.json()).teams[0];
  expect(row, 'the sample user needs a team').toBeTruthy();
  return { leagueId: row.leagueId, teamId: row.team.id, week: row.week };
}

/** A week whose lineup may still be changed: the current one, else the next that is open. */
export async function editableWeek(page: Page, place: Place): Promise<number | null> {
  const league = await (await page.request.get(`/api/leagues/${place.leagueId}`)).json();
  const open = league.weeks.filter((w: { state: string }) => w.state === 'open' || w.state === 'upcoming');
  return open.map((w: { week: number }) => w.week).sort((a: number, b: number) => a - b)[0] ?? null;
}

/** Waits until nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main')).toBeVisible();
  await expect(page.locator('[aria-busy=true], .sk')).toHaveCount(0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const changes = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(changes.map((each) => each.finished));
  });
}
