/* The players table's filters live in the address, so that a view can be kept and sent. Pure. */
import type { PlayerQuery } from '../../api/types';
import { type Position, positions } from '../../lib/game';

export const availabilities = ['all', 'available', 'rostered'] as const;
export const sorts = ['points', 'projected', 'name', 'adp'] as const;

export type Availability = (typeof availabilities)[number];
export type Sort = (typeof sorts)[number];
export type Order = 'asc' | 'desc';

export interface Filters {
  search: string;
  position: '' | Position;
  club: string;
  availability: Availability;
  sort: Sort;
  order: Order;
}

/** The order in which a column is first sorted. */
export const firstOrder = (sort: Sort): Order => (sort === 'name' || sort === 'adp' ? 'asc' : 'desc');

export const plain: Filters = {
  search: '',
  position: '',
  club: '',
  availability: 'all',
  sort: 'points',
  order: 'desc',
};

const oneOf = <T extends string>(text: string | null, all: readonly T[], otherwise: T): T =>
  all.find((x) => x === text) ?? otherwise;

export function readFilters(query: URLSearchParams): Filters {
  const sort = oneOf(query.get('sort'), sorts, plain.sort);
  return {
    search: (query.get('search') ?? '').slice(0, 60),
    position: oneOf(query.get('position'), ['', ...positions] as const, ''),
    club: /^[A-Z]{2,3}$/.exec(query.get('club') ?? '')?.[0] ?? '',
    availability: oneOf(query.get('show'), availabilities, plain.availability),
    sort,
    order: oneOf(query.get('order'), ['asc', 'desc'], firstOrder(sort)),
  };
}

/** Only what differs from the plain table is written. */
export function writeFilters(f: Filters): URLSearchParams {
  const query = new URLSearchParams();
  if (f.search) query.set('search', f.search);
  if (f.position) query.set('position', f.position);
  if (f.club) query.set('club', f.club);
  if (f.availability !== plain.availability) query.set('show', f.availability);
  if (f.sort !== plain.sort) query.set('sort', f.sort);
  if (f.order !== firstOrder(f.sort)) query.set('order', f.order);
  return query;
}

/** A second press on the sorted column turns it round. */
export const sortBy = (f: Filters, sort: Sort): Filters => ({
  ...f,
  sort,
  order: f.sort === sort ? (f.order === 'asc' ? 'desc' : 'asc') : firstOrder(sort),
});

/** What is asked of the server: every filter but the page. */
export function listQuery(f: Filters, leagueId: number): PlayerQuery {
  return {
    leagueId,
    sort: f.sort,
    order: f.order,
    ...(f.search && { search: f.search }),
    ...(f.position && { position: f.position }),
    ...(f.club && { nflTeam: f.club }),
    ...(f.availability !== 'all' && { availability: f.availability }),
  };
}
