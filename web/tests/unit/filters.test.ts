import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { positions } from '../../src/lib/game';
import { nextPath } from '../../src/lib/next';
import {
  availabilities,
  listQuery,
  plain,
  readFilters,
  sortBy,
  sorts,
  writeFilters,
} from '../../src/pages/players/filters';
import { PAGE_ROWS } from '../../src/state/pages';

describe('the players table’s filters', () => {
  it('survive the address and back', () => {
    const filters = {
      ...plain,
      search: "ja'marr",
      position: 'WR',
      club: 'CIN',
      availability: 'rostered',
      sort: 'adp',
      order: 'desc',
    } as const;
    expect(readFilters(writeFilters(filters))).toEqual(filters);
    expect(writeFilters(plain).toString()).toBe('');
  });
  it('ignore what they do not know', () => {
    expect(readFilters(new URLSearchParams('position=XX&club=bills&show=mine&sort=drop&order=up'))).toEqual(
      plain,
    );
  });
  it('turn round on the second press and start each column its own way', () => {
    expect(sortBy(plain, 'points')).toMatchObject({ sort: 'points', order: 'asc' });
    expect(sortBy(plain, 'adp')).toMatchObject({ sort: 'adp', order: 'asc' });
    expect(sortBy(plain, 'projected')).toMatchObject({ sort: 'projected', order: 'desc' });
  });
  it('ask the server only for what is filtered', () => {
    expect(listQuery(plain, 12)).toEqual({ leagueId: 12, sort: 'points', order: 'desc' });
    expect(listQuery({ ...plain, club: 'BUF', availability: 'available' }, 12)).toMatchObject({
      nflTeam: 'BUF',
      availability: 'available',
    });
  });
});

describe('what may be filtered by', () => {
  const document = JSON.parse(readFileSync(join(process.cwd(), '../docs/openapi.json'), 'utf8'));
  const parameters: { name: string; schema: { enum?: string[]; maximum?: number } }[] =
    document.paths['/api/players'].get.parameters;
  const schema = (name: string) => parameters.find((p) => p.name === name)?.schema ?? {};
  it('is what the server takes', () => {
    expect(schema('position').enum).toEqual(expect.arrayContaining([...positions]));
    expect(schema('sort').enum).toEqual(expect.arrayContaining([...sorts]));
    expect(schema('availability').enum).toEqual(expect.arrayContaining([...availabilities]));
    expect(schema('limit').maximum).toBeGreaterThanOrEqual(PAGE_ROWS);
    const sent = Object.keys(
      listQuery(
        { search: 'x', position: 'DEF', club: 'KC', availability: 'rostered', sort: 'adp', order: 'asc' },
        1,
      ),
    );
    expect(parameters.map((p) => p.name)).toEqual(expect.arrayContaining(sent));
  });
});

describe('where to go after signing in', () => {
  it('is a path of this site', () => {
    expect(nextPath('/leagues/12?week=3')).toBe('/leagues/12?week=3');
  });
  it('is never another host', () => {
    for (const bad of [
      null,
      '',
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ])
      expect(nextPath(bad)).toBe('/');
  });
});
