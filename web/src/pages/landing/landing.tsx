import { useQuery } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { leaguesQuery, methodsQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Crest, Icon } from '../../ui/icon';
import { Mark } from '../../ui/shell';
import './landing.css';

/* What an anonymous visitor sees: what it is, and only what exists. */
export const Landing = () => {
  const methods = useQuery(methodsQuery).data;
  const leagues = useQuery({ ...leaguesQuery, retry: false }).data?.leagues ?? [];
  useEffect(() => {
    document.title = t.app;
  }, []);
  const canRegister = methods?.registration === 'open';
  return (
    <div class="landing">
      <header>
        <span class="brand">
          <Mark />
          {t.app}
        </span>
        <Link class="btn" href="/sign-in">
          {t.nav.signIn}
        </Link>
      </header>
      <main id="main">
        <section class="pitch">
          <div class="sky" aria-hidden="true">
            {[0, 2, 7, 1, 3, 5, 8, 9].map((c) => (
              <Crest key={c} crest={c} />
            ))}
          </div>
          <h1>{t.landing.title}</h1>
          <p>{t.landing.lead}</p>
          <div class="acts">
            {canRegister && (
              <Link class="btn primary big" href="/sign-up">
                {t.nav.signUp}
              </Link>
            )}
            <Link class={`btn big${canRegister ? '' : ' primary'}`} href="/sign-in">
              {t.nav.signIn}
            </Link>
          </div>
        </section>
        <ul class="features">
          {t.landing.features.map((f) => (
            <li key={f.title} class="card">
              <Icon name={f.icon} />
              <h2>{f.title}</h2>
              <p>{f.text}</p>
            </li>
          ))}
        </ul>
        {leagues.length > 0 && (
          <section class="card look">
            <header>
              <h2>{t.landing.open}</h2>
            </header>
            <ul class="list">
              {leagues.map((l) => (
                <li key={l.id}>
                  <Link href={`/leagues/${l.id}`}>
                    <Crest crest={l.id} />
                    <span class="clip">
                      <b>{l.name}</b>
                      <small class="meta">
                        {l.season} · {t.teams(l.teamCount)}, {t.preset[l.scoringPreset] ?? l.scoringPreset}
                      </small>
                    </span>
                    {l.isSample && <span class="tag warn">{t.players.sampleTag}</span>}
                    <Icon name="chevron-right" />
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
    </div>
  );
};
