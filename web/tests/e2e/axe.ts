/* axe on the page as it is: what it finds, one line each. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

export async function axe(page: Page): Promise<string[]> {
  /* Evaluated by the debugger, so that the page's own policy stays untouched. */
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as {
      axe: { run: (o: object) => Promise<{ violations: unknown[] }> };
    };
    return (await tool.run({ resultTypes: ['violations'] })).violations;
  });
  return (violations as Violation[]).flatMap((v) =>
    v.nodes.map(
      (n) =>
        `${v.id} (${v.impact}) ${n.target.join(' ')}: ${n.failureSummary.split('\n').slice(1, 3).join(' ')}`,
    ),
  );
}
