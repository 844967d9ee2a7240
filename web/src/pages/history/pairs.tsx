/* Who has beaten whom: a matrix, on a phone one person's row of it; a cell opens the games of the two. */
import { useSignal } from '@preact/signals';
import { useQuery } from '@tanstack/preact-query';
import { Link, useSearchParams } from 'wouter-preact';
import { points, record, short } from '../../i18n/format';
import { history as words } from '../../i18n/history';
import { Dialog } from '../../ui/dialog';
import { FieldBar } from '../../ui/field';
import { Crest, Icon } from '../../ui/icon';
import { Await, Bone, Empty } from '../../ui/states';
import { byPair, gamesOf, leaning, meetingsQuery, type Pair, type Pairs, pairsQuery } from './data';

type Meeter = Pairs['people'][number];
type Open = (a: number, b: number) => void;

const Matrix = ({ data, open }: { data: Pairs; open: Open }) => {
  const pairs = byPair(data.pairs);
  return (
    <div class="matrix">
      <table>
        <thead>
          <tr>
            <td />
            {data.people.map((whom) => (
              <th key={whom.userId} scope="col" title={whom.name}>
                <Crest crest={whom.team.crest} />
                <span class="clip">{whom.name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.people.map((who) => (
            <tr key={who.userId}>
              <th scope="row">
                <span class="clip">{who.name}</span>
              </th>
              {data.people.map((whom) => {
                const pair = pairs.get(`${who.userId}-${whom.userId}`);
                if (!pair) return <td key={whom.userId} class="no" />;
                return (
                  <td key={whom.userId} class={leaning(pair)}>
                    <button
                      type="button"
                      aria-label={words.cell(who.name, whom.name, record(pair.record))}
                      onClick={() => open(who.userId, whom.userId)}
                    >
                      {record(pair.record)}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const OneRow = ({ data, open, first }: { data: Pairs; open: Open; first: number | null }) => {
  const chosen = useSignal(
    data.people.find((p) => p.userId === first)?.userId ?? data.people[0]?.userId ?? 0,
  );
  const pairs = byPair(data.pairs);
  return (
    <div class="onerow">
      <label class="pick">
        <span class="vh">{words.choose}</span>
        <select
          value={String(chosen.value)}
          onChange={(event) => {
            chosen.value = Number(event.currentTarget.value);
          }}
        >
          {data.people.map((p) => (
            <option key={p.userId} value={String(p.userId)}>
              {p.name}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" />
      </label>
      <ul>
        {data.people.map((whom) => {
          const pair = pairs.get(`${chosen.value}-${whom.userId}`);
          if (!pair) return null;
          return (
            <li key={whom.userId}>
              <button type="button" onClick={() => open(chosen.value, whom.userId)}>
                <Crest crest={whom.team.crest} />
                <span class="clip">
                  <span class="vh">{words.against2} </span>
                  <b class="clip">{whom.name}</b>
                  <small>
                    {points(pair.pointsFor)}–{points(pair.pointsAgainst)}
                  </small>
                </span>
                <span class={`rec ${leaning(pair)}`}>{record(pair.record)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
};

interface DuelProps {
  leagueId: number;
  a: Meeter;
  b: Meeter;
  pair: Pair | undefined;
  onClose: () => void;
}

const Figures = ({ pair, a }: { pair: Pair; a: Meeter }) => {
  const games = gamesOf(pair);
  const share = (pair.record.wins + pair.record.ties / 2) / games;
  return (
    <>
      <div class="field">
        <FieldBar share={share} label={words.share(a.name)} />
      </div>
      <dl class="tiles">
        <div>
          <dt>{words.meetings}</dt>
          <dd>{games}</dd>
        </div>
        <div>
          <dt>{words.playoffMeetings}</dt>
          <dd>
            {pair.playoffMeetings}
            {pair.playoffMeetings > 0 && (
              <small>
                {' '}
                (
                {record({ wins: pair.playoffWins, losses: pair.playoffMeetings - pair.playoffWins, ties: 0 })}
                )
              </small>
            )}
          </dd>
        </div>
        <div>
          <dt>{words.average}</dt>
          <dd>
            {short(pair.pointsFor / games)}–{short(pair.pointsAgainst / games)}
          </dd>
        </div>
      </dl>
    </>
  );
};

const Duel = ({ leagueId, a, b, pair, onClose }: DuelProps) => {
  const query = useQuery(meetingsQuery(leagueId, a.userId, b.userId));
  return (
    <Dialog title={words.versus(a.name, b.name)} onClose={onClose}>
      <div class="duelhead">
        <span>
          <Crest crest={a.team.crest} />
          <b class="clip">{a.name}</b>
        </span>
        <strong>{pair ? record(pair.record) : words.never}</strong>
        <span>
          <Crest crest={b.team.crest} />
          <b class="clip">{b.name}</b>
        </span>
      </div>
      {pair && <Figures pair={pair} a={a} />}
      <Await query={query} skeleton={<Bone h={200} />}>
        {(data) => (
          <ul class="met">
            {data.games.map((game) => (
              <li key={game.matchupId}>
                <Link href={`/leagues/${game.leagueId}/matchups/${game.matchupId}`}>
                  <span class={`res ${game.result}`}>{words[game.result]}</span>
                  <span class="clip">
                    {words.when(game.season, game.week)}
                    {game.isPlayoff && <span class="tag warn"> {words.playoff}</span>}
                    <small class="clip">
                      {game.team.name} – {game.opponent.name}
                    </small>
                  </span>
                  <b>
                    {points(game.points)}–{points(game.opponentPoints)}
                  </b>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </Dialog>
  );
};

const Shown = ({ data, leagueId, userId }: { data: Pairs; leagueId: number; userId: number | null }) => {
  const [search, setSearch] = useSearchParams();
  const a = data.people.find((p) => p.userId === Number(search.get('a')));
  const b = data.people.find((p) => p.userId === Number(search.get('b')));
  const open: Open = (x, y) => setSearch({ a: String(x), b: String(y) }, { replace: true });
  if (data.pairs.length === 0)
    return (
      <Empty icon="swords" title={words.pairsNone}>
        <p>{words.pairsNoneMore}</p>
      </Empty>
    );
  return (
    <>
      <Matrix data={data} open={open} />
      <OneRow data={data} open={open} first={userId} />
      {a && b && (
        <Duel
          leagueId={leagueId}
          a={a}
          b={b}
          pair={byPair(data.pairs).get(`${a.userId}-${b.userId}`)}
          onClose={() => setSearch({}, { replace: true })}
        />
      )}
    </>
  );
};

export const HeadToHead = ({ leagueId, userId }: { leagueId: number; userId: number | null }) => {
  const query = useQuery(pairsQuery(leagueId));
  return (
    <section class="card" id="pairs" aria-label={words.pairs}>
      <header>
        <h2>{words.pairs}</h2>
        <span class="more hide">{words.pairsMore}</span>
      </header>
      <Await query={query} skeleton={<Bone h={420} />}>
        {(data) => <Shown data={data} leagueId={leagueId} userId={userId} />}
      </Await>
    </section>
  );
};
