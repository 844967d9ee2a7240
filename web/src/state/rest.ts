/* What a fast scroll passes by is not worth asking for: the pages in sight once it slows down. */
import { useEffect, useState } from 'preact/hooks';

const REST_MS = 120;
/* Faster than so many rows in that time is passing by. */
const REST_ROWS = 15;

export interface Range {
  first: number;
  last: number;
}

const TOP: Range = { first: 0, last: 0 };

/** The pages, of `size` rows each, that hold these rows; the first page at once when `list` names another list. */
export function useRest(list: string, rows: Range, size: number): Range {
  const first = Math.floor(rows.first / size);
  const last = Math.floor(rows.last / size);
  const place = Math.floor(rows.first / REST_ROWS);
  const [rest, setRest] = useState({ list, first, last });
  const isOther = rest.list !== list;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place only starts the wait again
  useEffect(() => {
    if (isOther) {
      setRest({ list, ...TOP });
      return;
    }
    if (rest.first === first && rest.last === last) return;
    const timer = setTimeout(() => setRest({ list, first, last }), REST_MS);
    return () => clearTimeout(timer);
  }, [list, isOther, rest, first, last, place]);
  return isOther ? TOP : rest;
}
