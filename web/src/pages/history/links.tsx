/* On a league's page: where it was played, the seasons around it, its history, and the way into the next one. */
import { useSignal } from '@preact/signals';
import { Link } from 'wouter-preact';
import type { League } from '../../api/types';
import { renewal, history as words } from '../../i18n/history';
import { leads } from '../../state/session';
import { Icon } from '../../ui/icon';
import { lazy } from '../../ui/lazy';
import { platformName } from './data';
import './links.css';

const Renew = lazy(() => import('./renew'));

export const SeasonLinks = ({ league }: { league: League }) => {
  const isRenewing = useSignal(false);
  const { previousLeague, nextLeague, source } = league;
  const mayRenew = league.state === 'complete' && nextLeague === null && leads(league);
  return (
    <nav class="card seasonlinks" aria-label={words.title}>
      {source !== null && <span class="tag info">{words.from(platformName(source.platform))}</span>}
      <Link class="btn ghost" href={`/leagues/${league.id}/history`}>
        <Icon name="history" />
        {words.title}
      </Link>
      {previousLeague !== null && (
        <Link class="btn ghost" href={`/leagues/${previousLeague.leagueId}`}>
          <Icon name="chevron-left" />
          {previousLeague.season}
        </Link>
      )}
      {nextLeague !== null && (
        <Link class="btn ghost" href={`/leagues/${nextLeague.leagueId}`}>
          {nextLeague.season}
          <Icon name="chevron-right" />
        </Link>
      )}
      <span class="sp" />
      {mayRenew && (
        <button
          type="button"
          class="btn primary"
          onClick={() => {
            isRenewing.value = true;
          }}
        >
          <Icon name="arrow-right" />
          {renewal.action(league.season + 1)}
        </button>
      )}
      {isRenewing.value && (
        <Renew
          league={league}
          onClose={() => {
            isRenewing.value = false;
          }}
        />
      )}
    </nav>
  );
};
