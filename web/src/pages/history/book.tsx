/* The record book: weeks, games and streaks that nobody has bettered. */
import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import type { TeamRef } from '../../api/types';
import { points, scoreParts } from '../../i18n/format';
import { history as words } from '../../i18n/history';
import { Crest } from '../../ui/icon';
import { Empty } from '../../ui/states';
import type { BookEntry, History } from './data';

interface EntryProps {
  label: string;
  figure: ComponentChildren;
  team: TeamRef;
  more: string;
  at: { leagueId: number; season: number; week: number };
}

const Entry = ({ label, figure, team, more, at }: EntryProps) => (
  <li>
    <Link href={`/leagues/${at.leagueId}?week=${at.week}`}>
      <span class="eyebrow">{label}</span>
      <b class="figure">{figure}</b>
      <span class="by">
        <Crest crest={team.crest} />
        <span class="clip">
          <i class="clip">{team.name}</i>
          <small class="clip">
            {more ? `${more} · ` : ''}
            {words.when(at.season, at.week)}
          </small>
        </span>
      </span>
    </Link>
  </li>
);

const Score = ({ value }: { value: number }) => {
  const [whole, fraction] = scoreParts(value);
  return (
    <>
      {whole}
      <sup>{fraction}</sup>
    </>
  );
};

const margins = new Set(['biggestWin', 'narrowestWin']);

const Mark = ({ kind, entry }: { kind: keyof History['records']; entry: BookEntry }) => {
  const margin = entry.opponentPoints === null ? 0 : entry.points - entry.opponentPoints;
  const scores =
    entry.opponentPoints === null ? '' : `${points(entry.points)}–${points(entry.opponentPoints)} `;
  return (
    <Entry
      label={words.records[kind]}
      figure={<Score value={margins.has(kind) ? margin : entry.points} />}
      team={entry.team}
      more={entry.opponent === null ? '' : `${scores}${words.against(entry.opponent.name)}`}
      at={entry}
    />
  );
};

const order = ['highestScore', 'lowestScore', 'biggestWin', 'narrowestWin', 'mostPointsInLoss'] as const;

export const Book = ({ history }: { history: History }) => {
  const { records, streaks } = history;
  const marks = order.map((kind) => [kind, records[kind]] as const);
  const hasAny = marks.some(([, entry]) => entry !== null);
  return (
    <section class="card" id="records" aria-label={words.book}>
      <header>
        <h2>{words.book}</h2>
      </header>
      {!hasAny && (
        <Empty icon="trophy" title={words.bookNone}>
          <p>{words.bookNoneMore}</p>
        </Empty>
      )}
      <ul class="book">
        {marks.map(([kind, entry]) => entry && <Mark key={kind} kind={kind} entry={entry} />)}
        {(['winning', 'losing'] as const).map((kind) => {
          const streak = streaks[kind];
          return (
            streak && (
              <Entry
                key={kind}
                label={words.records[kind]}
                figure={words.games(streak.length)}
                team={streak.team}
                more={words.since(streak.firstSeason, streak.firstWeek)}
                at={streak}
              />
            )
          );
        })}
      </ul>
    </section>
  );
};
