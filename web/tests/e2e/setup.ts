/* Signs the sample user in once; the other tests start from that session. */
import { expect, sampleUser, test as setup, signIn } from './fixtures';

setup('sign in once', async ({ page }) => {
  await signIn(page, sampleUser);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
  await page.context().storageState({ path: 'test-results/session.json' });
});
