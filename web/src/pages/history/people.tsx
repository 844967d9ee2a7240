/* The all-time table, by person. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { points, record, winPct } from '../../i18n/format';
import { history as words } from '../../i18n/history';
import { Crest, Icon } from '../../ui/icon';
import { type History, type Person, type SortKey, sorted } from './data';

const Row = ({ person, rank, isMe }: { person: Person; rank: number; isMe: boolean }) => (
  <tr class={isMe ? 'mine' : undefined}>
    <td class="l rk">{rank}</td>
    <td class="l who">
      <span class="pl">
        <Crest crest={person.team.crest} />
        <span class="clip">
          <b class="clip">{person.name}</b>
          <small class="clip">{person.isPlaceholder ? words.unclaimed : person.team.name}</small>
        </span>
      </span>
    </td>
    <td class="titles">
      {person.championships > 0 ? (
        <span class="cups">
          <Icon name="trophy" />
          {person.championships}
        </span>
      ) : (
        '–'
      )}
    </td>
    <td class="strong">{record(person.record)}</td>
    <td>{winPct(person.winPct)}</td>
    <td class="w">{points(person.pointsFor)}</td>
    <td class="w">{points(person.pointsAgainst)}</td>
    <td class="w">
      {person.playoffAppearances}
      <small class="t3"> ({record(person.playoffRecord)})</small>
    </td>
    <td class="w">{words.finishes(person.bestFinish, person.worstFinish)}</td>
    <td class="w">{person.seasons}</td>
  </tr>
);

export const People = ({ history, userId }: { history: History; userId: number | null }) => {
  const by = useSignal<SortKey | null>(null);
  const people = by.value === null ? history.people : sorted(history.people, by.value);
  const head = (key: SortKey, label: ComponentChildren, title?: string, name?: string) => (
    <th class={name} scope="col" {...(by.value === key && { 'aria-sort': 'descending' as const })}>
      <button
        type="button"
        title={title}
        onClick={() => {
          by.value = by.value === key ? null : key;
        }}
      >
        {label}
        {by.value === key && <Icon name="arrow-down" />}
      </button>
    </th>
  );
  return (
    <section class="card" id="people" aria-label={words.allTime}>
      <header>
        <h2>{words.allTime}</h2>
        <span class="more hide">{words.allTimeMore}</span>
      </header>
      <table class="table alltime">
        <thead>
          <tr>
            <th class="l rk" scope="col">
              <span class="vh">#</span>
            </th>
            <th class="l who" scope="col">
              {words.person}
            </th>
            {head('titles', words.titles)}
            <th scope="col">{words.record}</th>
            {head('pct', words.pct)}
            {head('pf', words.pf, words.pfLong, 'w')}
            {head('pa', words.pa, words.paLong, 'w')}
            <th class="w" scope="col" title={words.playoffsLong}>
              {words.playoffs}
            </th>
            <th class="w" scope="col">
              {words.finish}
            </th>
            {head('seasons', words.years, words.yearsLong, 'w')}
          </tr>
        </thead>
        <tbody>
          {people.map((person, i) => (
            <Row key={person.userId} person={person} rank={i + 1} isMe={person.userId === userId} />
          ))}
        </tbody>
      </table>
    </section>
  );
};
