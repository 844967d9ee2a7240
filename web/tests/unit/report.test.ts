import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../../src/api/problem';
import { forgetReports, plainPath, REPORTS_MAX, report, reportOf } from '../../src/lib/report';

const sent = vi.fn(() => Promise.reject(new Error('the server is away')));

beforeEach(() => {
  forgetReports();
  sent.mockClear();
  vi.stubGlobal('fetch', sent);
});
afterEach(() => vi.unstubAllGlobals());

test('a failure is told once, however often it happens', () => {
  const failure = new Error('broken');
  for (let i = 0; i < 50; i++) report('error', failure);
  expect(sent).toHaveBeenCalledTimes(1);
});

test('a page tells a few failures and no more', () => {
  for (let i = 0; i < 50; i++) report('rejection', new Error(`broken in way ${i}`));
  expect(sent).toHaveBeenCalledTimes(REPORTS_MAX);
});

test('a report that cannot be sent causes no other', async () => {
  const unhandled = vi.fn();
  addEventListener('unhandledrejection', unhandled);
  report('error', new Error('broken'));
  await new Promise((resolve) => setTimeout(resolve));
  removeEventListener('unhandledrejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(sent).toHaveBeenCalledTimes(1);
});

test('what the server answered is not told back to it', () => {
  expect(reportOf('rejection', new ApiError(500, 'internal', 'x'), '/')).toBeNull();
  expect(reportOf('rejection', new DOMException('Aborted', 'AbortError'), '/')).toBeNull();
  expect(reportOf('error', 'Script error.', '/')).toBeNull();
});

test('neither cookie nor query nor invitation leaves with a report', () => {
  const failure = new Error('broken');
  failure.stack = 'Error: broken\n    at f (https://a.example/assets/x.js?token=abc:1:2)';
  const found = reportOf('render', failure, '/join/q9w8e7r6t5y4u3i2o1p0?code=1#x');
  expect(found).toEqual({
    message: 'Error: broken',
    stack: 'Error: broken\n    at f (https://a.example/assets/x.js:1:2)',
    page: '/join/*',
    kind: 'render',
  });
  expect(plainPath('/leagues/12/teams/3')).toBe('/leagues/12/teams/3');
  report('error', failure);
  expect((sent.mock.calls as unknown[][])[0]?.[1]).toMatchObject({ credentials: 'omit' });
});

test('anything can be thrown', () => {
  for (const thrown of [undefined, null, 7, '', {}, Symbol('x'), Object.create(null), [1], new Error('')])
    expect(() => report('rejection', thrown)).not.toThrow();
});

test('long texts are cut to what the server takes', () => {
  const failure = new Error('x'.repeat(5000));
  failure.stack = 'y'.repeat(50_000);
  const found = reportOf('error', failure, `/${'z/'.repeat(500)}`);
  expect(found?.message.length).toBeLessThanOrEqual(1000);
  expect(found?.stack?.length).toBeLessThanOrEqual(8000);
  expect(found?.page.length).toBeLessThanOrEqual(400);
});
