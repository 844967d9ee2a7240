/* Who can still be had: search, position, order; a star puts him on the queue. */
import { useSignal } from '@preact/signals';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { call, client } from '../../api/client';
import { leagueKey } from '../../api/queries';
import type { PlayerQuery, PlayerRow } from '../../api/types';
import { t } from '../../i18n';
import { short } from '../../i18n/format';
import type { Position } from '../../lib/game';
import { openPlayer } from '../../state/panels';
import { PlayerSearch, PositionChoice } from '../../ui/filters';
import { Icon } from '../../ui/icon';
import { InjuryTag, Plate, Pos } from '../../ui/player';
import { Bone, ErrorBox } from '../../ui/states';
import type { Queued, Room } from './room';

const TYPING_MS = 180;
const PAGE = 100;
const STEP = 40;
const STALE_MS = 5 * 60_000;
const sorts = ['adp', 'projected', 'name'] as const;

const PoolRow = ({ row, room }: { row: PlayerRow; room: Room }) => {
  const { player } = row;
  const isQueued = room.queue.some((p) => p.id === player.id);
  const toggle = (): void => {
    const rest = room.queue.filter((p) => p.id !== player.id);
    const queued: Queued = { ...player, isTaken: false };
    room.setQueue(isQueued ? rest : [...rest, queued]);
  };
  return (
    <tr>
      <td class="l">
        <button
          type="button"
          class="pl"
          data-row
          onClick={() => {
            openPlayer.value = { playerId: player.id, leagueId: room.league.id };
          }}
        >
          <Plate player={player} />
          <span class="clip">
            <b>{player.name}</b>
            <InjuryTag player={player} />
            <small class="clip">
              <Pos slot={player.position} /> {player.nflTeam ?? t.game.noClub}
              {row.byeWeek !== null && `, ${t.players.bye(row.byeWeek)}`}
            </small>
          </span>
        </button>
      </td>
      <td>{row.adp === null ? '–' : short(row.adp)}</td>
      <td class="strong hide">{row.projected === null ? '–' : short(row.projected)}</td>
      {room.myTeamId !== null && (
        <td class="act">
          <button
            type="button"
            class={`btn icon ghost${isQueued ? ' on' : ''}`}
            aria-pressed={isQueued}
            aria-label={isQueued ? t.draft.unstar(player.name) : t.draft.star(player.name)}
            onClick={toggle}
          >
            <Icon name="star" />
          </button>
          <button
            type="button"
            class="btn"
            aria-label={t.draft.pickName(player.name)}
            disabled={!room.isMyTurn || room.isBusy.value}
            onClick={() => room.want(player)}
          >
            {t.draft.pick}
          </button>
        </td>
      )}
    </tr>
  );
};

export const Pool = ({ room }: { room: Room }) => {
  const typed = useSignal('');
  const search = useSignal('');
  const position = useSignal<'' | Position>('');
  const sort = useSignal<(typeof sorts)[number]>('adp');
  const shown = useSignal(STEP);
  useEffect(() => {
    const timer = setTimeout(() => {
      search.value = typed.value.trim();
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value, search]);
  const wanted: PlayerQuery = {
    leagueId: room.league.id,
    availability: 'available',
    sort: sort.value,
    ...(search.value && { search: search.value }),
    ...(position.value && { position: position.value }),
  };
  const query = useInfiniteQuery({
    queryKey: [...leagueKey(room.league.id), 'players', 'pool', wanted],
    queryFn: ({ pageParam, signal }) =>
      call(
        client.GET('/api/players', {
          params: { query: { ...wanted, limit: PAGE, offset: pageParam } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.offset + PAGE < page.total ? page.offset + PAGE : null),
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });
  const left = (query.data?.pages ?? [])
    .flatMap((p) => p.players)
    .filter((row) => !room.taken.has(row.player.id));
  const isShort = left.length < shown.value && query.hasNextPage;
  const { isFetching, error, fetchNextPage } = query;
  useEffect(() => {
    if (isShort && !isFetching && !error) void fetchNextPage();
  }, [isShort, isFetching, error, fetchNextPage]);
  const rows = left.slice(0, shown.value);
  return (
    <section class="card part pool" aria-label={t.draft.available}>
      <search class="dtools">
        <PlayerSearch
          value={typed.value}
          onInput={(value) => {
            typed.value = value;
          }}
        />
        <PositionChoice
          value={position.value}
          onChoose={(p) => {
            position.value = p;
            shown.value = STEP;
          }}
        />
        <span class="btn pick">
          <select
            aria-label={t.players.sort}
            value={sort.value}
            onChange={(event) => {
              sort.value = sorts.find((s) => s === event.currentTarget.value) ?? 'adp';
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
      </search>
      {error && left.length === 0 ? (
        <ErrorBox error={error} onRetry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <div class="body" aria-busy="true">
          <Bone h={560} />
        </div>
      ) : rows.length === 0 && !isFetching ? (
        <p class="meta pad">{t.draft.none}</p>
      ) : (
        <table class="table" aria-label={t.draft.available}>
          <thead>
            <tr>
              <th class="l" scope="col">
                {t.players.player}
              </th>
              <th scope="col">
                <abbr title={t.players.adpLong}>{t.players.adp}</abbr>
              </th>
              <th class="hide" scope="col">
                {t.players.proj}
              </th>
              {room.myTeamId !== null && (
                <th scope="col">
                  <span class="vh">{t.draft.pick}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <PoolRow key={row.player.id} row={row} room={room} />
            ))}
          </tbody>
        </table>
      )}
      {(left.length > shown.value || query.hasNextPage) && (
        <p class="pad">
          <button
            type="button"
            class="btn wide"
            disabled={isFetching}
            onClick={() => {
              shown.value += STEP;
              if (error) void fetchNextPage();
            }}
          >
            {t.draft.moreRows}
          </button>
        </p>
      )}
    </section>
  );
};
