/* The rows and the header of the players table. On a phone: who, one number, the action; the rest is on his card. */
import { Link } from 'wouter-preact';
import type { League, PlayerRow } from '../../api/types';
import { t } from '../../i18n';
import { points, short } from '../../i18n/format';
import { gameText } from '../../lib/game';
import { openPlayer } from '../../state/panels';
import { leagueNow } from '../../state/session';
import { Crest, Icon } from '../../ui/icon';
import { InjuryTag, Plate, Pos, SampleTag } from '../../ui/player';
import { Bone } from '../../ui/states';
import { type Filters, type Sort, sortBy } from './filters';

interface HeaderProps {
  filters: Filters;
  onChange: (next: Filters) => void;
  week: number;
}

const sortNames = { asc: 'ascending', desc: 'descending' } as const;

export const Header = ({ filters, onChange, week }: HeaderProps) => {
  const sortable = (sort: Sort, label: string, name: string, long?: string) => (
    <th class={name} scope="col" aria-sort={filters.sort === sort ? sortNames[filters.order] : undefined}>
      <button type="button" title={long} onClick={() => onChange(sortBy(filters, sort))}>
        {label}
        {filters.sort === sort && <Icon name={filters.order === 'asc' ? 'arrow-up' : 'arrow-down'} />}
      </button>
    </th>
  );
  return (
    <thead>
      <tr aria-rowindex={1}>
        {sortable('name', t.players.player, 'l')}
        <th class="l w" scope="col">
          {t.players.pos}
        </th>
        <th class="l w" scope="col">
          {t.players.owner}
        </th>
        <th class="l w" scope="col">
          {t.players.game}
        </th>
        {sortable('projected', t.players.proj, 'n-proj')}
        <th class="w" scope="col">
          {t.week(week)}
        </th>
        <th class="w" scope="col">
          {t.players.avg}
        </th>
        {sortable('points', t.players.total, 'n-pts')}
        {sortable('adp', t.players.adp, 'n-adp', t.players.adpLong)}
        <th class="act" scope="col">
          <span class="vh">{t.players.add}</span>
        </th>
      </tr>
    </thead>
  );
};

const dash = (value: number | null, print: (n: number) => string): string =>
  value === null ? '–' : print(value);

const Owner = ({ row, league }: { row: PlayerRow; league: League }) => {
  if (row.team !== null)
    return (
      <Link class="own" href={`/leagues/${league.id}/teams/${row.team.id}`}>
        <Crest crest={row.team.crest} />
        <span class="clip">{row.team.name}</span>
      </Link>
    );
  return <span class="t3">{row.statusInLeague === 'waivers' ? t.players.waivers : t.players.free}</span>;
};

interface RowProps {
  index: number;
  row: PlayerRow | null;
  league: League;
  onAdd: (row: PlayerRow) => void;
}

/* A phone shows the number the table is sorted by: the page's data-sort and the style sheet choose it. */
export const Row = ({ index, row, league, onAdd }: RowProps) => {
  if (row === null)
    return (
      <tr aria-rowindex={index + 2}>
        <td class="l" colSpan={10}>
          <Bone w="32%" h={13} />
        </td>
      </tr>
    );
  const { player } = row;
  const game = gameText(row.nextGame, player.nflTeam, leagueNow(league));
  const isMine = row.team !== null && row.team.id === league.myTeamId;
  const mayAdd = row.statusInLeague === 'free' && league.myTeamId !== null;
  return (
    <tr aria-rowindex={index + 2} class={isMine ? 'mine' : undefined}>
      <td class="l">
        <button
          type="button"
          class="pl"
          data-row
          onClick={() => {
            openPlayer.value = { playerId: player.id, leagueId: league.id };
          }}
        >
          <Plate player={player} />
          <span class="clip">
            <b>{player.name}</b>
            <InjuryTag player={player} /> <SampleTag player={player} />
            <small class="clip">
              <span class="ph">
                <Pos slot={player.position} />
              </span>
              {[player.nflTeam ?? t.game.noClub, row.byeWeek !== null ? t.players.bye(row.byeWeek) : null]
                .filter(Boolean)
                .join(', ')}
              <span class="ph">
                {' · '}
                {row.team?.abbrev ?? (row.statusInLeague === 'waivers' ? t.players.waivers : t.players.free)}
              </span>
            </small>
          </span>
        </button>
      </td>
      <td class="l w">
        <Pos slot={player.position} />
      </td>
      <td class="l w">
        <Owner row={row} league={league} />
      </td>
      <td class="l w game">
        <span class={game.isLive ? 't1' : undefined}>{game.short}</span>
        {game.rest && <small class="meta"> {game.rest}</small>}
      </td>
      <td class="n-proj">
        {dash(row.projected, short)}
        <small class="ph meta">{t.players.proj}</small>
      </td>
      <td class="w">{dash(row.weekPoints, points)}</td>
      <td class="w">{dash(row.averagePoints, short)}</td>
      <td class="n-pts strong">
        {dash(row.seasonPoints, points)}
        <small class="ph meta">{t.players.total}</small>
      </td>
      <td class="n-adp">
        {dash(row.adp, short)}
        <small class="ph meta">{t.players.adp}</small>
      </td>
      <td class="act">
        {mayAdd && (
          <button
            type="button"
            class="btn sm"
            aria-label={t.players.addName(player.name)}
            onClick={() => onAdd(row)}
          >
            <Icon name="plus" />
            <span class="hide">{t.players.add}</span>
          </button>
        )}
        {isMine && <Icon name="shirt" />}
      </td>
    </tr>
  );
};
