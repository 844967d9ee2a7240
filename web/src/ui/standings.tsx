import { Link } from 'wouter-preact';
import type { League, StandingsRow } from '../api/types';
import { t } from '../i18n';
import { points, record, winPct } from '../i18n/format';
import { Crest } from './icon';
import './standings.css';

/* "pointsFor" and "head_to_head" as words. */
const words = (key: string): string => key.replace(/_/g, ' ').replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);

const Row = ({ row, league, wide }: { row: StandingsRow; league: League; wide: boolean }) => {
  const isMine = row.team.id === league.myTeamId;
  return (
    <tr class={isMine ? 'mine' : undefined}>
      <td class="l rk">{row.rank}</td>
      <td class="l">
        <Link class="pl" data-row href={`/leagues/${league.id}/teams/${row.team.id}`}>
          <Crest crest={row.team.crest} />
          <span class="clip">
            <b class="clip">{row.team.name}</b>
            {isMine && <span class="tag volt">{t.league.yours}</span>}
            <small class="clip">{row.team.managers.join(', ')}</small>
          </span>
        </Link>
      </td>
      <td class="strong" title={row.decidedBy === null ? undefined : t.league.decided(words(row.decidedBy))}>
        {record(row.record)}
      </td>
      {wide && <td class="w">{winPct(row.winPct)}</td>}
      <td class="pf">{points(row.pointsFor)}</td>
      {wide && <td class="w">{points(row.pointsAgainst)}</td>}
      {wide && (
        <td class="w">
          <span class={row.streak?.startsWith('W') ? 'good' : undefined}>{row.streak || '–'}</span>
        </td>
      )}
    </tr>
  );
};

interface TableProps {
  rows: readonly StandingsRow[];
  league: League;
  /** Only team, record and points. */
  isShort?: boolean;
}

/** The table with the playoff line under the last place that leads there. */
export const StandingsTable = ({ rows, league, isShort }: TableProps) => {
  const wide = !isShort;
  const places = league.settings.playoffTeams;
  const hasLine = places > 0 && places < rows.length;
  return (
    <table class="table standings-t">
      <thead>
        <tr>
          <th class="l rk" scope="col">
            <span class="vh">{t.league.rank}</span>
          </th>
          <th class="l" scope="col">
            {t.league.team}
          </th>
          <th scope="col">{t.league.rec}</th>
          {wide && (
            <th class="w" scope="col">
              {t.league.pct}
            </th>
          )}
          <th class="pf" scope="col">
            <abbr title={t.league.pfLong}>{t.league.pf}</abbr>
          </th>
          {wide && (
            <th class="w" scope="col">
              <abbr title={t.league.paLong}>{t.league.pa}</abbr>
            </th>
          )}
          {wide && (
            <th class="w" scope="col">
              {t.league.streak}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, hasLine ? places : rows.length).map((row) => (
          <Row key={row.team.id} row={row} league={league} wide={wide} />
        ))}
        {hasLine && (
          <tr class="cut">
            <td colSpan={7}>
              <span class="eyebrow">{t.league.line(places)}</span>
            </td>
          </tr>
        )}
        {hasLine &&
          rows.slice(places).map((row) => <Row key={row.team.id} row={row} league={league} wide={wide} />)}
      </tbody>
    </table>
  );
};
