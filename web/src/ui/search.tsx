/* Finding anything: players by name, teams of the league, and pages. A combobox over one list. */
import { useSignal } from '@preact/signals';
import { useQuery } from '@tanstack/preact-query';
import { useEffect, useId } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { leagueQuery, playersQuery } from '../api/queries';
import { t } from '../i18n';
import { slotName } from '../lib/game';
import { openPlayer } from '../state/panels';
import { useMyTeams } from '../state/session';
import { Dialog } from './dialog';
import { Crest, Icon } from './icon';
import { Plate } from './player';
import './search.css';
import type { ComponentChildren } from 'preact';
import { currentLeagueId, navItems } from './shell';

const TYPING_MS = 150;
const MOST = 8;

interface Hit {
  id: string;
  group: string;
  picture: ComponentChildren;
  name: string;
  about: string;
  open: () => void;
}

const Search = ({ onClose }: { onClose: () => void }) => {
  const [path, go] = useLocation();
  const teams = useMyTeams();
  const leagueId = currentLeagueId(path, teams);
  const league = useQuery({ ...leagueQuery(leagueId ?? 0), enabled: leagueId !== null }).data;
  const typed = useSignal('');
  const asked = useSignal('');
  const at = useSignal(0);
  const id = useId();
  useEffect(() => {
    const text = typed.value.trim();
    const timer = setTimeout(() => {
      asked.value = text;
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, typed.value, asked]);
  const wanted = typed.value.trim().toLowerCase();
  const opensWhenReady = useSignal(false);
  const found = useQuery({
    ...playersQuery({ ...(leagueId !== null && { leagueId }), search: asked.value, limit: MOST }),
    enabled: asked.value.length > 1 && leagueId !== null,
  });
  const isPending = typed.value.trim() !== asked.value || found.isFetching;
  const visit = (href: string) => () => {
    onClose();
    go(href);
  };
  const pages: Hit[] = [
    ...navItems(leagueId, league?.myTeamId ?? null, league?.state),
    { href: '/leagues/new', label: t.nav.createLeague, icon: 'plus' },
    { href: '/import', label: t.nav.importLeague, icon: 'arrow-down' },
    { href: '/join', label: t.nav.joinLeague, icon: 'user-plus' },
    { href: '/settings', label: t.nav.settings, icon: 'settings' },
  ]
    .filter((p) => p.label.toLowerCase().includes(wanted))
    .map((p) => ({
      id: p.href,
      group: t.search.pages,
      picture: <Icon name={p.icon} />,
      name: p.label,
      about: '',
      open: visit(p.href),
    }));
  const teamHits: Hit[] = (wanted === '' ? [] : (league?.teams ?? []))
    .filter((x) => `${x.name} ${x.managers.join(' ')}`.toLowerCase().includes(wanted))
    .map((x) => ({
      id: `team-${x.id}`,
      group: t.search.teams,
      picture: <Crest crest={x.crest} />,
      name: x.name,
      about: x.managers.join(', '),
      open: visit(`/leagues/${leagueId}/teams/${x.id}`),
    }));
  const playerHits: Hit[] = (wanted.length > 1 ? (found.data?.players ?? []) : []).map(
    ({ player, team }) => ({
      id: `player-${player.id}`,
      group: t.search.players,
      picture: <Plate player={player} />,
      name: player.name,
      about: [slotName(player.position), player.nflTeam, team?.name ?? t.players.free]
        .filter(Boolean)
        .join(' · '),
      open: () => {
        onClose();
        if (leagueId !== null) openPlayer.value = { playerId: player.id, leagueId };
      },
    }),
  );
  const hits = [...playerHits, ...teamHits, ...pages];
  const chosen = Math.min(at.value, Math.max(0, hits.length - 1));
  const isReady = opensWhenReady.value && !isPending;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the answer to an early Enter has come
  useEffect(() => {
    if (!isReady) return;
    opensWhenReady.value = false;
    hits[chosen]?.open();
  }, [isReady]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && hits.length > 0) {
      event.preventDefault();
      at.value = (chosen + by + hits.length) % hits.length;
      document.getElementById(`${id}-${at.value}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (isPending && wanted !== '') opensWhenReady.value = true;
      else hits[chosen]?.open();
    }
  };
  return (
    <Dialog
      title={t.search.label}
      class="finder"
      onClose={onClose}
      header={
        <label class="search">
          <Icon name="search" />
          <input
            type="text"
            role="combobox"
            aria-expanded={hits.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={hits.length > 0 ? `${id}-${chosen}` : undefined}
            aria-autocomplete="list"
            aria-label={t.search.label}
            placeholder={t.nav.find}
            autoComplete="off"
            spellcheck={false}
            maxLength={60}
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
              opensWhenReady.value = false;
              at.value = 0;
            }}
            onKeyDown={onKeyDown}
          />
        </label>
      }
    >
      <div role="listbox" id={`${id}-list`} aria-label={t.search.label} class="hits">
        {hits.map((hit, i) => (
          <div
            key={hit.id}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            onClick={hit.open}
            onKeyDown={onKeyDown}
            onPointerMove={() => {
              at.value = i;
            }}
          >
            {hit.picture}
            <span class="clip">
              <b>{hit.name}</b>
              {hit.about && <small class="meta"> {hit.about}</small>}
            </span>
            <small class="meta">{hit.group}</small>
          </div>
        ))}
      </div>
      {hits.length === 0 && (
        <p class="meta none" role="status">
          {t.search.none}. {t.search.noneMore}
        </p>
      )}
    </Dialog>
  );
};

export default Search;
