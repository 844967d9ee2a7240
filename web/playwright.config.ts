import { defineConfig } from '@playwright/test';

/* Runs against a server that is already up: ASTRALFIELD_URL, with one sample user who has a team. */
const baseURL = process.env.ASTRALFIELD_URL;
if (!baseURL || !process.env.ASTRALFIELD_EMAIL || !process.env.ASTRALFIELD_PASSWORD)
  throw new Error(
    'set ASTRALFIELD_URL, ASTRALFIELD_EMAIL and ASTRALFIELD_PASSWORD to a running server and its sample user',
  );

const chromium = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/run',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    baseURL,
    headless: true,
    launchOptions: chromium,
    serviceWorkers: 'block',
    locale: 'en-US',
    timezoneId: 'America/New_York',
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'setup', testMatch: /setup\.ts/ },
    {
      name: 'desktop',
      testMatch: /.*\.spec\.ts/,
      dependencies: ['setup'],
      use: { viewport: { width: 1440, height: 1000 }, storageState: 'test-results/session.json' },
    },
    {
      name: 'phone',
      testMatch: /(admin|pages|lineup|players|history|second-factor)\.spec\.ts/,
      dependencies: ['setup'],
      use: {
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
        storageState: 'test-results/session.json',
      },
    },
  ],
});
