import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pollAfter, sendPart } from '../../src/pages/import/data';
import { cut, documentPath, leagueNumber, partsOf, picked, seasonIn } from '../../src/pages/import/files';

describe('a league’s number', () => {
  it('is taken from what people paste', () => {
    expect(leagueNumber(' 123456789012345678 ')).toBe('123456789012345678');
    expect(leagueNumber('https://sleeper.com/leagues/123456789012345678/team')).toBe('123456789012345678');
    expect(leagueNumber('https://sleeper.app/league/12')).toBe('12');
    expect(leagueNumber('https://fantasy.espn.com/football/league?leagueId=18254195&seasonId=2024')).toBe(
      '18254195',
    );
    expect(seasonIn('https://fantasy.espn.com/football/league?leagueId=18254195&seasonId=2024')).toBe('2024');
  });

  it('is not made up', () => {
    for (const text of ['', 'my league', '12a', '1'.repeat(21), 'https://example.com/2024']) {
      expect(leagueNumber(text), text).toBeNull();
    }
    expect(seasonIn('2024')).toBeNull();
  });
});

describe('a document’s path', () => {
  it('loses the packing and what the server does not take', () => {
    expect(documentPath('sleeper/v1/league/123/rosters.json.gz')).toBe('sleeper/v1/league/123/rosters.json');
    expect(documentPath('My files (2)/league_1/season_2024/core.json')).toBe(
      'My_files__2_/league_1/season_2024/core.json',
    );
    expect(documentPath('../.secret/./users.json')).toBe('_secret/users.json');
  });

  it('gives up outer folders before it gets too long, and takes JSON only', () => {
    const long = documentPath(`${'outer/'.repeat(60)}league/123/rosters.json`);
    expect(long?.length).toBeLessThanOrEqual(200);
    expect(long?.endsWith('league/123/rosters.json')).toBe(true);
    for (const path of ['a/.DS_Store', 'notes.txt', 'a/.json', 'sheet.csv.gz', '']) {
      expect(documentPath(path), path).toBeNull();
    }
  });

  it('is there once for files picked twice', () => {
    const file = (name: string, text: string) => new File([text], name);
    const found = picked([file('a.json', '1'), file('a.json', '22'), file('b.txt', 'x'), file('c.json', '')]);
    expect(found.files.map(({ path }) => path)).toEqual(['a.json']);
    expect([found.skipped, found.bytes]).toEqual([2, 2]);
  });
});

describe('parts', () => {
  it('are never longer than asked for and make the whole again', () => {
    const text = `\ufeff${'añ€😀"\\'.repeat(500)}`;
    for (const most of [4, 5, 7, 1000]) {
      const parts = cut(text, most);
      expect(parts.join('')).toBe(text);
      for (const part of parts) expect(new TextEncoder().encode(part).length).toBeLessThanOrEqual(most);
    }
    expect(cut('')).toEqual([]);
  });

  it('are unpacked when they are gzip, whatever they are called', async () => {
    const text = JSON.stringify({ name: 'Å', rows: Array.from({ length: 90_000 }, (_, i) => i) });
    const packed = new Blob([new Uint8Array(gzipSync(text))]);
    for (const file of [packed, new Blob([text])]) {
      const parts = await partsOf(file, 'x.json');
      expect(parts.map((p) => p.part)).toEqual(parts.map((_, i) => i + 1));
      expect(parts.length).toBeGreaterThan(1);
      expect(parts.map((p) => p.content).join('')).toBe(text);
    }
  });
});

describe('sending', () => {
  afterEach(() => vi.unstubAllGlobals());

  const answers = (...statuses: number[]) => {
    const fetch = vi.fn(async () => {
      const status = statuses.shift() ?? 200;
      return new Response(JSON.stringify(status === 200 ? { id: 1 } : { type: '/p/x', title: 'No' }), {
        status,
        headers: { 'Content-Type': 'application/json', ...(status === 429 && { 'Retry-After': '3' }) },
      });
    });
    vi.stubGlobal('fetch', fetch);
    return fetch;
  };
  const part = { path: 'a.json', part: 1, content: '{}' };

  it('waits as long as the server asks, then goes on', async () => {
    const fetch = answers(429, 503, 200);
    const waits: number[] = [];
    await sendPart(1, part, async (ms) => void waits.push(ms));
    expect(fetch).toHaveBeenCalledTimes(3);
    expect(waits[0]).toBe(3000);
  });

  it('does not insist where the server refuses', async () => {
    const fetch = answers(409);
    await expect(sendPart(1, part, async () => undefined)).rejects.toMatchObject({ status: 409 });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('asks for progress less and less often', () => {
    const waits = [0, 1, 5, 10, 100].map(pollAfter);
    expect([...waits].sort((a, b) => a - b)).toEqual(waits);
    expect(waits.at(-1)).toBe(8000);
  });
});
