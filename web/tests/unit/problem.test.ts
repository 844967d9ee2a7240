import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, client, setCsrfToken } from '../../src/api/client';
import { ApiError, problemOf } from '../../src/api/problem';
import { faultsFrom } from '../../src/ui/form';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });

afterEach(() => vi.unstubAllGlobals());

describe('problems', () => {
  it('reads type, detail, faults and request id', () => {
    const problem = problemOf(
      422,
      {
        type: '/problems/lineup-illegal',
        title: 'The lineup is not legal',
        detail: 'Two slots are wrong.',
        requestId: '01JX',
        errors: [{ at: '/slots/1', message: 'locked' }],
      },
      null,
    );
    expect(problem).toMatchObject({
      status: 422,
      slug: 'lineup-illegal',
      message: 'Two slots are wrong.',
      requestId: '01JX',
    });
    expect(problem.faults).toEqual([{ at: '/slots/1', message: 'locked' }]);
  });

  it('makes sense of an answer that is no problem document', () => {
    for (const body of [undefined, null, 'Bad Gateway', 7, [], { errors: 'no' }]) {
      const problem = problemOf(502, body, 'abc');
      expect(problem.message).toBe('The server answered 502.');
      expect(problem.faults).toEqual([]);
      expect(problem.requestId).toBe('abc');
    }
  });

  it('knows which failures may be sent again', () => {
    expect([0, 502, 503, 504].map((s) => new ApiError(s, '', '').isUnreachable)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([400, 409, 412, 422, 500].map((s) => new ApiError(s, '', '').isUnreachable)).toEqual(
      Array(5).fill(false),
    );
  });

  it('puts field faults at their fields and the rest above the form', () => {
    const both = new ApiError(422, 'validation', 'Wrong', [
      { at: '/email', message: 'taken' },
      { at: '/password/0', message: 'short' },
    ]);
    expect(faultsFrom(both, ['email', 'password'])).toEqual({
      faults: { email: 'taken', password: 'short' },
      general: null,
    });
    expect(faultsFrom(new ApiError(401, 'bad', 'No such account'), ['email'])).toEqual({
      faults: {},
      general: 'No such account',
    });
  });
});

describe('requests', () => {
  it('throws what the server refused with', async () => {
    vi.stubGlobal('fetch', async () => answer(404, { type: '/problems/not-found', title: 'No such league' }));
    const failure = await call(
      client.GET('/api/leagues/{leagueId}', { params: { path: { leagueId: 1 } } }),
    ).catch((e) => e);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status: 404, slug: 'not-found', message: 'No such league' });
  });

  it('says unreachable when no answer comes', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    const failure = await call(client.GET('/api/dashboard')).catch((e) => e);
    expect(failure).toMatchObject({ status: 0, slug: 'unreachable', isUnreachable: true });
  });

  it('sends the CSRF token with writes and not with reads', async () => {
    const sent: (string | null)[] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push(request.headers.get('X-CSRF-Token'));
      return new Response('{"success":true}', { headers: { 'Content-Type': 'application/json' } });
    });
    setCsrfToken('secret');
    await call(client.POST('/api/auth/logout'));
    await call(client.GET('/api/dashboard'));
    setCsrfToken(null);
    expect(sent).toEqual(['secret', null]);
  });
});
