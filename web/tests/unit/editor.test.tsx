import { QueryClient, QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lineupKey } from '../../src/api/queries';
import type { League, Lineup } from '../../src/api/types';
import { Editor } from '../../src/pages/team/editor';
import { useSaver } from '../../src/pages/team/save';
import { line, lineup } from './samples';

const league = { id: 12, currentWeek: 3, replayAt: null } as unknown as League;

let root: HTMLElement;
let queries: QueryClient;
let puts: { body: { slots: { playerId: number | null }[] }; etag: string | null; key: string | null }[];
let reply: () => Response | Promise<Response>;

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

const Harness = () => {
  const saver = useSaver(12, 7, 3);
  const read = queries.getQueryData<Lineup>(lineupKey(12, 7, 3)) ?? lineup();
  return (
    <>
      <Editor league={league} lineup={saver.draft.value ?? read} saver={saver} />
      <p id="trouble">{saver.trouble.value && `${saver.trouble.value.title} ${saver.trouble.value.more}`}</p>
    </>
  );
};

async function show(): Promise<void> {
  await act(() =>
    render(
      <QueryClientProvider client={queries}>
        <Harness />
      </QueryClientProvider>,
      root,
    ),
  );
}

const at = (place: string): HTMLButtonElement => {
  const found = root.querySelector<HTMLButtonElement>(`[data-place="${place}"]`);
  if (!found) throw new Error(`no place ${place}`);
  return found;
};
const press = async (place: string): Promise<void> => {
  await act(async () => at(place).click());
  await act(async () => vi.dynamicImportSettled());
};
const key = (place: string, name: string): Promise<void> =>
  act(() => {
    at(place).dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  }) as Promise<void>;
const nameAt = (place: string): string => at(place).querySelector('b')?.textContent ?? '';

beforeEach(() => {
  puts = [];
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(lineupKey(12, 7, 3), lineup());
  root = document.createElement('div');
  document.body.append(root);
  reply = () => json(200, lineup({ etag: '"7-3-2"' }));
  vi.stubGlobal('fetch', async (request: Request) => {
    puts.push({
      body: await request.json(),
      etag: request.headers.get('If-Match'),
      key: request.headers.get('Idempotency-Key'),
    });
    return reply();
  });
});
afterEach(() => {
  render(null, root);
  root.remove();
  vi.unstubAllGlobals();
});

describe('the lineup editor', () => {
  it('moves by two presses and sends the whole lineup with its version and a key of its own', async () => {
    await show();
    await press('bench-4');
    expect(at('bench-4').getAttribute('aria-pressed')).toBe('true');
    expect(at('FLEX-1').textContent).toMatch(/^Move here: /);
    await press('FLEX-1');
    expect(puts).toHaveLength(1);
    expect(puts[0]?.body.slots.map((s) => s.playerId)).toEqual([1, 2, 3, 4]);
    expect(puts[0]?.etag).toBe('"7-3-1"');
    expect(puts[0]?.key?.length).toBeGreaterThan(7);
  });

  it('shows the change before the server has answered', async () => {
    let answer: (r: Response) => void = () => undefined;
    reply = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await show();
    await press('bench-4');
    await press('FLEX-1');
    expect(nameAt('FLEX-1')).toBe('Player 4');
    await act(async () => answer(json(200, lineup())));
  });

  it('takes a refused change back and says why at the slot', async () => {
    reply = () =>
      json(422, {
        type: '/problems/lineup-illegal',
        errors: [{ at: '/slots/3', message: 'Locked at 1:00 PM.' }],
      });
    await show();
    await press('bench-4');
    await press('FLEX-1');
    await vi.waitFor(() => expect(root.querySelector('.fault')?.textContent).toContain('Locked at 1:00 PM.'));
    expect(nameAt('FLEX-1')).toBe('Empty');
    expect(nameAt('bench-4')).toBe('Player 4');
  });

  it('says so when the lineup was changed elsewhere', async () => {
    reply = () => json(412, { type: '/problems/stale', title: 'Changed meanwhile' });
    await show();
    await press('bench-4');
    await press('FLEX-1');
    await vi.waitFor(() =>
      expect(root.querySelector('#trouble')?.textContent).toContain('changed somewhere else'),
    );
    expect(nameAt('FLEX-1')).toBe('Empty');
  });

  it('keeps the change when the server cannot be reached', async () => {
    reply = () => json(503, {});
    await show();
    await press('bench-4');
    await press('FLEX-1');
    await vi.waitFor(() =>
      expect(root.querySelector('#trouble')?.textContent).toContain('will be sent again'),
    );
    expect(nameAt('FLEX-1')).toBe('Player 4');
  });

  it('does not pick a locked player up', async () => {
    queries.setQueryData(lineupKey(12, 7, 3), lineup({ bench: [line(4, 'RB', { isLocked: true })] }));
    await show();
    await press('bench-4');
    expect(at('bench-4').getAttribute('aria-pressed')).toBe('false');
    expect(puts).toHaveLength(0);
  });

  it('goes by arrow to legal places only, and lets go with Escape', async () => {
    await show();
    await press('bench-4');
    at('bench-4').focus();
    await key('bench-4', 'ArrowDown');
    expect((document.activeElement as HTMLElement).dataset.place).toBe('RB-1');
    await key('RB-1', 'ArrowDown');
    expect((document.activeElement as HTMLElement).dataset.place).toBe('FLEX-1');
    await key('FLEX-1', 'Escape');
    expect((document.activeElement as HTMLElement).dataset.place).toBe('bench-4');
    expect(at('bench-4').getAttribute('aria-pressed')).toBe('false');
  });

  it('leads focus to where the player now stands', async () => {
    await show();
    await press('bench-4');
    await press('FLEX-1');
    expect((document.activeElement as HTMLElement).dataset.place).toBe('FLEX-1');
  });
});
