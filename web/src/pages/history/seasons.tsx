/* The trophy wall: every season with its champion. */
import { Link } from 'wouter-preact';
import { t } from '../../i18n';
import { points, record } from '../../i18n/format';
import { history as words } from '../../i18n/history';
import { Crest, Icon } from '../../ui/icon';
import { type History, platformName, type Season } from './data';

const Plaque = ({ season }: { season: Season }) => {
  const { champion, runnerUp, regularBest, mostPoints } = season;
  return (
    <li>
      <Link class={`plaque${champion ? ' won' : ''}`} href={`/leagues/${season.leagueId}`}>
        <span class="year">
          <b>{season.season}</b>
          {season.source !== null && <span class="tag info">{platformName(season.source.platform)}</span>}
        </span>
        {champion ? (
          <span class="who">
            <span class="ring">
              <Crest crest={champion.crest} />
              <Icon name="trophy" />
            </span>
            <span class="clip">
              <span class="vh">{words.champion}: </span>
              <b class="clip">{champion.name}</b>
              <small class="clip">{champion.managers.join(', ')}</small>
              {runnerUp && <small class="clip">{words.beat(runnerUp.name)}</small>}
            </span>
          </span>
        ) : (
          <span class="who none">
            <span class="ring">
              <Icon name="clock" />
            </span>
            <span class="clip">
              <b class="clip">{t.leagueState[season.state] ?? season.state}</b>
              <small>{words.noChampion}</small>
            </span>
          </span>
        )}
        {regularBest && mostPoints && (
          <span class="marks">
            <span>
              <small>{words.best}</small>
              <i class="clip">{regularBest.team.name}</i>
              <b>{record(regularBest.record)}</b>
            </span>
            <span>
              <small>{words.mostPoints}</small>
              <i class="clip">{mostPoints.team.name}</i>
              <b>{points(mostPoints.points)}</b>
            </span>
          </span>
        )}
      </Link>
    </li>
  );
};

export const Seasons = ({ history }: { history: History }) => (
  <section class="card" id="seasons" aria-label={words.champions}>
    <header>
      <h2>{words.champions}</h2>
      <span class="more">{words.seasons(history.seasons.length)}</span>
    </header>
    <ul class="wall">
      {history.seasons.map((season) => (
        <Plaque key={season.leagueId} season={season} />
      ))}
    </ul>
    {history.hiddenSeasons > 0 && (
      <p class="pad meta">
        <Icon name="lock" /> {words.hidden(history.hiddenSeasons)}
      </p>
    )}
  </section>
);
