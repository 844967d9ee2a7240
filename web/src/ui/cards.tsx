/* Cards that several pages share: other matchups, the league's log. */
import { Link } from 'wouter-preact';
import type { LeagueEvent, Matchup, Side } from '../api/types';
import { t } from '../i18n';
import { points, since } from '../i18n/format';
import { Crest, Icon } from './icon';
import { type Ticking, useTicking } from './points';

interface MiniSideProps {
  side: Side | null;
  leagueId: number;
  week: number;
  isAhead: boolean;
  isUpcoming: boolean;
}

const MiniSide = ({ side, leagueId, week, isAhead, isUpcoming }: MiniSideProps) => {
  const at: Ticking = { kind: 'team', league: leagueId, week, id: side?.team.id ?? 0 };
  const value = useTicking(at, side?.points ?? null) ?? 0;
  if (side === null)
    return (
      <>
        <span>
          <i>{isUpcoming ? t.matchup.undecided : t.matchup.byeTeam}</i>
        </span>
        <b />
      </>
    );
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
  const { home, away, week } = matchup;
  const isUpcoming = matchup.state === 'upcoming';
  const gap = isUpcoming ? 0 : (home?.points ?? 0) - (away?.points ?? 0);
  const shared = { leagueId, week, isUpcoming };
  return (
    <li>
      <Link href={`/leagues/${leagueId}/matchups/${matchup.id}`}>
        <MiniSide {...shared} side={home} isAhead={gap > 0} />
        <MiniSide {...shared} side={away} isAhead={gap < 0} />
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
