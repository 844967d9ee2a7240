import type { League, Playoffs } from '../../api/types';
import { t } from '../../i18n';
import { MiniMatchup } from '../../ui/cards';

/** The winners' bracket, one column per round; other playoff games follow in the same column under their name. */
export const Bracket = ({ playoffs, league }: { playoffs: Playoffs; league: League }) => {
  const last = Math.max(...playoffs.rounds.map((r) => r.round));
  return (
    <section class="card" aria-label={t.league.playoffs}>
      <header>
        <h2>{t.league.playoffs}</h2>
      </header>
      <div class="rounds">
        {playoffs.rounds.map((round) => {
          const winners = round.matchups.filter((m) => m.kind === 'winners');
          const others = round.matchups.filter((m) => m.kind !== 'winners');
          return (
            <div key={`${round.round}-${round.week}`}>
              <h3 class="eyebrow">
                {t.league.roundName(round.round, last)} · {t.week(round.week)}
              </h3>
              <ul class="mini">
                {winners.map((m) => (
                  <MiniMatchup key={m.id} matchup={m} leagueId={league.id} />
                ))}
              </ul>
              {others.map((m) => (
                <div key={m.id} class="minor">
                  <h4 class="eyebrow">{t.matchup.kind[m.kind]}</h4>
                  <ul class="mini">
                    <MiniMatchup matchup={m} leagueId={league.id} />
                  </ul>
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </section>
  );
};
