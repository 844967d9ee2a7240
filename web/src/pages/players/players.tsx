/* Every player: search, filters, sorting, and adding a free agent to my team. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSearchParams } from 'wouter-preact';
import type { League, PlayerRow } from '../../api/types';
import { t } from '../../i18n';
import { count } from '../../i18n/format';
import { useWindowRows } from '../../lib/virtual';
import { usePages } from '../../state/pages';
import { density } from '../../state/prefs';
import { leagueWeek, useLeague } from '../../state/session';
import { PlayerSearch, PositionChoice } from '../../ui/filters';
import { Icon } from '../../ui/icon';
import { lazy } from '../../ui/lazy';
import { Page } from '../../ui/page';
import { Await, Empty, ErrorBox, MoreFailed, SkeletonCard } from '../../ui/states';
import {
  availabilities,
  type Filters,
  firstOrder,
  listQuery,
  plain,
  readFilters,
  sorts,
  writeFilters,
} from './filters';
import { Header, Row } from './table';
import './players.css';

const AddPlayer = lazy(() => import('./add'));

const TYPING_MS = 180;
const PHONE = matchMedia('(max-width: 820px)');
const ROW = { phone: 60, comfortable: 46, compact: 36 };

const clubs =
  'ARI ATL BAL BUF CAR CHI CIN CLE DAL DEN DET GB HOU IND JAX KC LAC LAR LV MIA MIN NE NO NYG NYJ PHI PIT SEA SF TB TEN WAS'.split(
    ' ',
  );

function usePhone(): boolean {
  const [isPhone, set] = useState(PHONE.matches);
  useEffect(() => {
    const read = (): void => set(PHONE.matches);
    PHONE.addEventListener('change', read);
    return () => PHONE.removeEventListener('change', read);
  }, []);
  return isPhone;
}

interface BarProps {
  filters: Filters;
  onChange: (next: Filters) => void;
  total: number | null;
}

const Bar = ({ filters, onChange, total }: BarProps) => {
  const typed = useSignal(filters.search);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const newest = useRef({ filters, onChange });
  newest.current = { filters, onChange };
  /* Typing is applied a moment later, to the filters as they are then, not as they were. */
  const set = (part: Partial<Filters>): void => {
    clearTimeout(timer.current);
    newest.current.onChange({ ...newest.current.filters, search: typed.peek().trim(), ...part });
  };
  useEffect(() => {
    if (filters.search !== typed.peek().trim()) typed.value = filters.search;
  }, [filters.search, typed]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const availabilityNames = {
    all: t.players.everyone,
    available: t.players.available,
    rostered: t.players.rostered,
  };
  return (
    <search class="pbar">
      <PlayerSearch
        value={typed.value}
        onInput={(value) => {
          typed.value = value;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => set({}), TYPING_MS);
        }}
      />
      <PositionChoice value={filters.position} onChoose={(position) => set({ position })} />
      <fieldset class="seg" aria-label={t.players.availability}>
        {availabilities.map((a) => (
          <button
            key={a}
            type="button"
            aria-pressed={filters.availability === a}
            onClick={() => set({ availability: a })}
          >
            {availabilityNames[a]}
          </button>
        ))}
      </fieldset>
      <span class="btn pick">
        <select
          aria-label={t.players.club}
          value={filters.club}
          onChange={(event) => set({ club: event.currentTarget.value })}
        >
          <option value="">{t.players.anyClub}</option>
          {clubs.map((c) => (
            <option key={c} value={c}>
              {c}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" />
      </span>
      <span class="btn pick phone">
        <select
          aria-label={t.players.sort}
          value={filters.sort}
          onChange={(event) => {
            const sort = sorts.find((s) => s === event.currentTarget.value) ?? plain.sort;
            set({ sort, order: firstOrder(sort) });
          }}
        >
          {sorts.map((s) => (
            <option key={s} value={s}>
              {t.players.sortNames[s]}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" />
      </span>
      <span class="meta found" role="status">
        {total !== null && t.players.found(total)}
      </span>
    </search>
  );
};

interface TableProps {
  league: League;
  filters: Filters;
  onChange: (next: Filters) => void;
}

const Table = ({ league, filters, onChange }: TableProps) => {
  const isPhone = usePhone();
  const rowHeight = isPhone ? ROW.phone : ROW[density.value];
  const list = useRef<HTMLTableSectionElement>(null);
  const adding = useSignal<PlayerRow | null>(null);
  const rows = useSignal(0);
  const seen = useWindowRows(rows.value, rowHeight, list);
  const pages = usePages(listQuery(filters, league.id), seen.indexes[0] ?? 0, seen.indexes.at(-1) ?? 0);
  const { total, rowAt, failure } = pages;
  useEffect(() => {
    if (total !== null) rows.value = total;
  }, [total, rows]);
  const week = pages.week ?? leagueWeek(league);
  return (
    <>
      <Bar filters={filters} onChange={onChange} total={total} />
      {failure && total === null ? (
        <ErrorBox error={failure.error} onRetry={failure.retry} />
      ) : total === 0 && !pages.isStale ? (
        <Empty
          icon="users"
          title={t.players.none}
          isPage
          actions={
            <button type="button" class="btn" onClick={() => onChange(plain)}>
              {t.players.clear}
            </button>
          }
        >
          <p>{t.players.noneMore}</p>
        </Empty>
      ) : total === null ? (
        <SkeletonCard rows={12} height={rowHeight} />
      ) : (
        <table
          class={`table ptable${pages.isStale ? ' stale' : ''}`}
          aria-rowcount={total + 1}
          aria-label={`${t.players.title}, ${count(total)}`}
        >
          <Header filters={filters} onChange={onChange} week={week} />
          <tbody ref={list}>
            {seen.before > 0 && (
              // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row that only keeps the height; nothing in it takes focus
              <tr aria-hidden="true" class="gap">
                <td colSpan={10} style={{ height: `${seen.before}px` }} />
              </tr>
            )}
            {seen.indexes.map((index) => (
              <Row
                key={index}
                index={index}
                row={rowAt(index)}
                league={league}
                onAdd={(row) => {
                  adding.value = row;
                }}
              />
            ))}
            {seen.after > 0 && (
              // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row that only keeps the height; nothing in it takes focus
              <tr aria-hidden="true" class="gap">
                <td colSpan={10} style={{ height: `${seen.after}px` }} />
              </tr>
            )}
          </tbody>
        </table>
      )}
      {failure && total !== null && <MoreFailed error={failure.error} onRetry={failure.retry} />}
      {adding.value && league.myTeamId !== null && (
        <AddPlayer
          player={adding.value.player}
          league={league}
          teamId={league.myTeamId}
          onClose={() => {
            adding.value = null;
          }}
        />
      )}
    </>
  );
};

const PlayersPage = ({ params }: { params: Record<string, string> }) => {
  const leagueId = Number(params.leagueId);
  const league = useLeague(leagueId);
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const onChange = (next: Filters): void => {
    setSearch(writeFilters(next), { replace: true });
    if (scrollY > 0) scrollTo({ top: 0 });
  };
  return (
    <Page title={t.players.title} leagueId={leagueId}>
      <div class="players" data-sort={filters.sort}>
        <Await query={league} skeleton={<SkeletonCard rows={12} height={46} />}>
          {(found) => <Table league={found} filters={filters} onChange={onChange} />}
        </Await>
      </div>
    </Page>
  );
};

export default PlayersPage;
