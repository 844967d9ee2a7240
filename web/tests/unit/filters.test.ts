import { describe, expect, it } from 'vitest';
import { nextPath } from '../../src/lib/next';
import { pageQuery, plain, readFilters, sortBy, writeFilters } from '../../src/pages/players/filters';

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
  it('ask the server for one page and only for what is filtered', () => {
    expect(pageQuery(plain, 12, 3)).toEqual({
      leagueId: 12,
      sort: 'points',
      order: 'desc',
      limit: 50,
      offset: 150,
    });
    expect(pageQuery({ ...plain, club: 'BUF', availability: 'available' }, 12, 0)).toMatchObject({
      nflTeam: 'BUF',
      availability: 'available',
    });
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
