/* What an import did: the leagues with what came over, what did not exactly, and the links for the managers. */
import { Link } from 'wouter-preact';
import { count } from '../../i18n/format';
import { imports as words } from '../../i18n/import';
import { toast } from '../../state/toasts';
import { Icon } from '../../ui/icon';
import type { ImportedLeague, Report } from './data';

const countName = (key: string): string => words.counts[key] ?? key;

const Invites = ({ invites }: Pick<ImportedLeague, 'invites'>) => (
  <div class="part">
    <h3>{words.invites}</h3>
    <p class="meta">{words.invitesMore}</p>
    <ul class="links">
      {invites.map((invite) => (
        <li key={invite.code}>
          <span class="clip">
            <b class="clip">{invite.team}</b>
            <small class="clip">{invite.manager}</small>
          </span>
          <input
            class="input"
            readOnly
            value={invite.url}
            aria-label={`${words.invites}: ${invite.team}`}
            onFocus={(event) => event.currentTarget.select()}
          />
          {navigator.clipboard !== undefined && (
            <button
              type="button"
              class="btn icon"
              aria-label={`${words.copy}: ${invite.team}`}
              onClick={() => {
                void navigator.clipboard.writeText(invite.url).then(() => toast(words.copied));
              }}
            >
              <Icon name="copy" />
            </button>
          )}
        </li>
      ))}
    </ul>
  </div>
);

const Adjustments = ({ adjustments }: Pick<ImportedLeague, 'adjustments'>) => {
  if (adjustments.length === 0)
    return (
      <p class="part exact">
        <Icon name="check" />
        {words.exact}
      </p>
    );
  return (
    <details class="part">
      <summary>
        <Icon name="triangle-alert" />
        {words.adjustments(adjustments.length)}
      </summary>
      <ul class="adjusted">
        {adjustments.map((each, i) => (
          <li key={`${each.what}-${i}`}>
            <b>{each.what}</b>
            <span>
              {words.had}: {each.source || words.nothing} <Icon name="arrow-right" /> {words.have}:{' '}
              {each.ours || words.nothing}
            </span>
            <small>{each.why}</small>
          </li>
        ))}
      </ul>
    </details>
  );
};

const Season = ({ league }: { league: ImportedLeague }) => (
  <section class="card imported" aria-label={`${league.name} ${league.season}`}>
    <header>
      <h2 class="clip">
        {league.name} <span class="t2">{league.season}</span>
      </h2>
      <span class={`tag ${league.isNew ? 'volt' : 'info'}`}>{league.isNew ? words.made : words.updated}</span>
      <Link class="btn more" href={`/leagues/${league.leagueId}`}>
        {words.open}
      </Link>
    </header>
    <dl class="counts" aria-label={words.counted}>
      {Object.entries(league.counts)
        .filter(([, value]) => value > 0)
        .map(([key, value]) => (
          <div key={key}>
            <dt>{countName(key)}</dt>
            <dd>{count(value)}</dd>
          </div>
        ))}
    </dl>
    <p class="part meta">{words.scored[league.statSource]}</p>
    <Adjustments adjustments={league.adjustments} />
    {league.invites.length > 0 && <Invites invites={league.invites} />}
  </section>
);

export const Done = ({ report }: { report: Report }) => (
  <>
    <div class="banner gold" role="status">
      <Icon name={report.isUnchanged ? 'check' : 'trophy'} />
      <div>{report.isUnchanged ? words.unchanged : words.done}</div>
    </div>
    {[...report.leagues].reverse().map((league) => (
      <Season key={league.leagueId} league={league} />
    ))}
  </>
);
