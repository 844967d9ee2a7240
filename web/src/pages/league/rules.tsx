import type { League } from '../../api/types';
import { t } from '../../i18n';
import { slotName } from '../../lib/game';

/** The rules that managers ask about, in one line each. */
export const Rules = ({ league }: { league: League }) => {
  const s = league.settings;
  const rows: [string, string][] = [
    [t.league.ruleRows.scoring, t.preset[s.preset] ?? s.preset],
    [
      t.league.ruleRows.roster,
      s.rosterSlots
        .filter((x) => x.count > 0)
        .map((x) => (x.count > 1 ? `${x.count} ${slotName(x.slot)}` : slotName(x.slot)))
        .join(', '),
    ],
    [t.league.ruleRows.schedule, t.league.weeksOf(s.regularWeeks)],
    [t.league.ruleRows.playoffs, t.league.playoffRule(s.playoffTeams, s.playoffStartWeek)],
    [t.league.ruleRows.locks, t.league.lockRule[s.lockRule] ?? s.lockRule],
  ];
  return (
    <section class="card" aria-label={t.league.rules}>
      <header>
        <h2>{t.league.rules}</h2>
      </header>
      <dl class="rules">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
