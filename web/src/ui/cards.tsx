/* Cards that several pages share: other matchups, the league's log. */
import { Link } from 'wouter-preact';
import type { LeagueEvent, Matchup, Side } from '../api/types';
import { t } from '../i18n';
import { points, since } from '../i18n/format';
import { Crest, Icon } from './icon';
import { type Ticking, useTicking } from './points';

const MiniSide = ({
  side,
  at,
  isAhead,
  isUpcoming,
}: {
  side: Side;
  at: Ticking;
  isAhead: boolean;
  isUpcoming: boolean;
}) => {
  const value = useTicking(at, side.points) ?? side.points;
  return (
    <>
      <span class={isAhead ? 'w' : undefined}>
        <Crest crest={side.team.crest} />
        <i>{side.team.name}</i>
      </span>
      <b class={isAhead ? 'w' : undefined}>{isUpcoming ? '–' : points(value)}</b>
    </>
  );
};

export const MiniMatchup = ({ matchup, leagueId }: { matchup: Matchup; leagueId: number }) => {
  const { home, away } = matchup;
  const at = (side: Side): Ticking => ({
    kind: 'team',
    league: leagueId,
    week: matchup.week,
    id: side.team.id,
  });
  const isUpcoming = matchup.state === 'upcoming';
  const gap = home.points - (away?.points ?? 0);
  return (
    <li>
      <Link href={`/leagues/${leagueId}/matchups/${matchup.id}`}>
        <MiniSide side={home} at={at(home)} isAhead={!isUpcoming && gap > 0} isUpcoming={isUpcoming} />
        {away === null ? (
          <span>
            <i>{t.matchup.byeTeam}</i>
          </span>
        ) : (
          <MiniSide side={away} at={at(away)} isAhead={!isUpcoming && gap < 0} isUpcoming={isUpcoming} />
        )}
      </Link>
    </li>
  );
};

const eventIcons: readonly [RegExp, string][] = [
  [/champion|playoff/, 'trophy'],
  [/final|week/, 'check'],
  [/add/, 'plus'],
  [/drop/, 'user-minus'],
  [/invite|join|team/, 'user-plus'],
];
const eventIcon = (kind: string): string => eventIcons.find(([test]) => test.test(kind))?.[1] ?? 'info';

/** The league's log, newest first; `now` is the league's clock. */
export const EventFeed = ({
  events,
  now,
  hasLeague,
}: {
  events: readonly LeagueEvent[];
  now: number;
  hasLeague?: boolean;
}) => (
  <ol class="feed who">
    {events.map((event) => (
      <li key={`${event.leagueId}-${event.seq}`}>
        {event.team === null ? (
          <span class="dot">
            <Icon name={eventIcon(event.kind)} />
          </span>
        ) : (
          <Crest crest={event.team.crest} />
        )}
        <div>
          <p>{event.text}</p>
          <small>
            {hasLeague && `${event.leagueName} · `}
            <time dateTime={event.at}>{since(event.at, now)}</time>
          </small>
        </div>
      </li>
    ))}
  </ol>
);
