/* What stays while pages change: the rail on a desktop, the bar at the bottom of a phone, messages, panels. */
import { useSignal } from '@preact/signals';
import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { leagueQuery } from '../api/queries';
import type { DashboardTeam } from '../api/types';
import { t } from '../i18n';
import { bind } from '../lib/keys';
import { closePanel, openPanel, openPlayer, panel } from '../state/panels';
import { lastLeagueId } from '../state/prefs';
import { useMyTeams, useUser } from '../state/session';
import { announcement, dismiss, toasts } from '../state/toasts';
import { Crest, Icon } from './icon';
import { fetchWanted, lazy } from './lazy';

const Search = lazy(() => import('./search'), true);
const Help = lazy(() => import('./help'));
const PlayerCard = lazy(() => import('./player-card'), true);

/* Late enough to leave the first paint alone. */
const IDLE_MS = 1200;

interface NavItem {
  href: string;
  label: string;
  short: string;
  icon: string;
  phoneIcon?: string;
  key: string;
  isHere: (path: string) => boolean;
}

/** The league the navigation speaks of: the one in the address, else the one last seen, else the first of mine. */
export function currentLeagueId(path: string, teams: readonly DashboardTeam[]): number | null {
  const inPath = Number(/^\/leagues\/(\d+)/.exec(path)?.[1]);
  if (inPath) return inPath;
  if (lastLeagueId.value !== null && teams.some((x) => x.leagueId === lastLeagueId.value))
    return lastLeagueId.value;
  return teams[0]?.leagueId ?? null;
}

/** While a league has not drafted, the draft stands where the matchup will be. */
export function navItems(
  leagueId: number | null,
  myTeamId: number | null,
  state: string | undefined,
): NavItem[] {
  const base = `/leagues/${leagueId}`;
  const home: NavItem = {
    href: '/',
    label: t.nav.dashboard,
    short: t.nav.home,
    icon: 'layout-dashboard',
    phoneIcon: 'house',
    key: 'd',
    isHere: (p) => p === '/',
  };
  if (leagueId === null) return [home];
  const draft: NavItem = {
    href: `${base}/draft`,
    label: t.nav.draft,
    short: t.nav.draft,
    icon: 'clipboard-list',
    key: 'r',
    isHere: (p) => p === `${base}/draft`,
  };
  const isBefore = state === 'setup' || state === 'drafting';
  const matchup: NavItem = {
    href: `${base}/matchup`,
    label: t.nav.matchup,
    short: t.nav.matchup,
    icon: 'swords',
    key: 'm',
    isHere: (p) => p.startsWith(`${base}/matchup`),
  };
  const mine: NavItem[] =
    myTeamId === null
      ? isBefore
        ? [draft]
        : []
      : [
          isBefore ? draft : matchup,
          {
            href: `${base}/teams/${myTeamId}`,
            label: t.nav.team,
            short: t.nav.team,
            icon: 'shirt',
            key: 't',
            isHere: (p) => p === `${base}/teams/${myTeamId}`,
          },
        ];
  return [
    home,
    ...mine,
    {
      href: `${base}/players`,
      label: t.nav.players,
      short: t.nav.players,
      icon: 'users',
      key: 'p',
      isHere: (p) => p === `${base}/players`,
    },
    {
      href: base,
      label: t.nav.league,
      short: t.nav.league,
      icon: 'trophy',
      key: 'l',
      isHere: (p) =>
        p === base ||
        (p.startsWith(`${base}/teams/`) && p !== `${base}/teams/${myTeamId}`) ||
        (!isBefore && p === `${base}/draft`) ||
        (myTeamId === null && p.startsWith(`${base}/matchups`)),
    },
  ];
}

export const Mark = () => <img src="/icon.svg" width="26" height="26" alt="" />;

const Switcher = ({ leagueId, teams }: { leagueId: number | null; teams: readonly DashboardTeam[] }) => {
  const isOpen = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const league = useQuery({ ...leagueQuery(leagueId ?? 0), enabled: leagueId !== null }).data;
  const mine = teams.find((x) => x.leagueId === leagueId);
  useEffect(() => {
    if (!isOpen.value) return;
    const outside = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) isOpen.value = false;
    };
    const onEscape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      isOpen.value = false;
      box.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', onEscape);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', onEscape);
    };
  }, [isOpen, isOpen.value]);
  const close = (): void => {
    isOpen.value = false;
  };
  const name = league?.name ?? mine?.leagueName;
  return (
    <div class="switcher" ref={box}>
      <button
        type="button"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {leagueId !== null && <Crest crest={mine?.team.crest ?? leagueId} />}
        <span>
          {name && <span class="vh">{t.nav.switchLeague}: </span>}
          <b class="clip">{name ?? t.nav.switchLeague}</b>
          <small>
            {league
              ? `${t.teams(league.maxTeams)}, ${t.preset[league.scoringPreset] ?? league.scoringPreset}`
              : leagueId === null
                ? t.dashboard.noTeams
                : '\u00a0'}
          </small>
        </span>
        <Icon name="chevrons-up-down" />
      </button>
      {isOpen.value && (
        <div class="menu">
          {teams.map((x) => (
            <Link key={x.leagueId} href={`/leagues/${x.leagueId}`} onClick={close}>
              <Crest crest={x.team.crest} />
              <span class="clip">
                {x.leagueName}
                <small class="clip">{x.team.name}</small>
              </span>
            </Link>
          ))}
          {teams.length > 0 && <hr />}
          <Link href="/leagues/new" onClick={close}>
            <Icon name="plus" />
            {t.nav.createLeague}
          </Link>
          <Link href="/join" onClick={close}>
            <Icon name="user-plus" />
            {t.nav.joinLeague}
          </Link>
          <Link href="/import" onClick={close}>
            <Icon name="arrow-down" />
            {t.nav.importLeague}
          </Link>
        </div>
      )}
    </div>
  );
};

export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => [...word][0] ?? '')
    .filter((_, i, all) => i === 0 || i === all.length - 1)
    .join('')
    .toUpperCase();

const Me = ({ path, leagueId }: { path: string; leagueId: number | null }) => {
  const user = useUser();
  const league = useQuery({ ...leagueQuery(leagueId ?? 0), enabled: leagueId !== null }).data;
  if (user === null)
    return (
      <Link
        class="btn primary"
        href={`/sign-in?next=${encodeURIComponent(path)}`}
        style={{ marginTop: 'auto' }}
      >
        {t.nav.signIn}
      </Link>
    );
  const role = league?.role ? t.role[league.role] : null;
  return (
    <Link class="me" href="/settings" aria-current={path === '/settings' ? 'page' : undefined}>
      <span class="initials" aria-hidden="true">
        {initials(user.displayName)}
      </span>
      <span class="clip">
        <b class="clip" style={{ fontWeight: 600 }}>
          {user.displayName}
        </b>
        <small>{role ?? t.nav.settings}</small>
      </span>
      <Icon name="settings" />
    </Link>
  );
};

const Toasts = () => (
  <section class="toasts" aria-label={t.messages}>
    {toasts.value.map((x) => (
      <div key={x.id} class={x.isBad ? 'bad' : ''}>
        <Icon name={x.isBad ? 'triangle-alert' : 'check'} />
        <span>{x.text}</span>
        {x.action && (
          <button
            type="button"
            class="btn"
            onClick={() => {
              dismiss(x.id);
              x.action?.run();
            }}
          >
            {x.action.label}
          </button>
        )}
      </div>
    ))}
  </section>
);

const Announcer = () => (
  <p class="vh" role="status" aria-live="polite">
    {announcement.value}
  </p>
);

const Panels = () => (
  <>
    {panel.value === 'search' && <Search onClose={closePanel} />}
    {panel.value === 'help' && <Help onClose={closePanel} />}
    {openPlayer.value !== null && (
      <PlayerCard
        key={openPlayer.value.playerId}
        {...openPlayer.value}
        onClose={() => {
          openPlayer.value = null;
        }}
      />
    )}
  </>
);

/** Pages without navigation: landing, sign in and up. */
export const isBare = (path: string, isSignedIn: boolean): boolean =>
  path === '/sign-in' || path === '/sign-up' || (path === '/' && !isSignedIn);

export const Shell = ({ children }: { children: ComponentChildren }) => {
  const [path, go] = useLocation();
  const user = useUser();
  const teams = useMyTeams();
  const leagueId = currentLeagueId(path, teams);
  const league = useQuery({ ...leagueQuery(leagueId ?? 0), enabled: leagueId !== null }).data;
  const myTeamId = teams.find((x) => x.leagueId === leagueId)?.team.id ?? league?.myTeamId ?? null;
  const items = navItems(leagueId, myTeamId, league?.state);
  const state = league?.state;
  const bare = isBare(path, user !== null);
  useEffect(() => {
    if (user === null) return;
    const unbind = [
      bind('/', () => openPanel('search')),
      bind('mod+k', () => openPanel('search')),
      bind('?', () => openPanel('help')),
      ...navItems(leagueId, myTeamId, state).map((item) => bind(`g ${item.key}`, () => go(item.href))),
      ...(leagueId !== null && myTeamId !== null
        ? [bind('e', () => go(`/leagues/${leagueId}/teams/${myTeamId}`))]
        : []),
    ];
    return () => {
      for (const off of unbind) off();
    };
  }, [user, leagueId, myTeamId, state, go]);
  useEffect(() => {
    if (user === null) return;
    const timer = setTimeout(fetchWanted, IDLE_MS);
    return () => clearTimeout(timer);
  }, [user]);
  const extras = (
    <>
      <Toasts />
      <Announcer />
      <Panels />
    </>
  );
  if (bare)
    return (
      <div class="app bare">
        {children}
        {extras}
      </div>
    );
  return (
    <>
      <a class="skip" href="#main">
        {t.skip}
      </a>
      <div class="app">
        <aside class="rail" aria-label={t.app}>
          <Link class="brand" href="/">
            <Mark />
            {t.app}
          </Link>
          {user !== null && <Switcher leagueId={leagueId} teams={teams} />}
          <nav aria-label={t.nav.main}>
            {items.map((item) => (
              <Link key={item.key} href={item.href} aria-current={item.isHere(path) ? 'page' : undefined}>
                <Icon name={item.icon} />
                {item.label}
              </Link>
            ))}
          </nav>
          <Me path={path} leagueId={leagueId} />
        </aside>
        {children}
      </div>
      <nav class="bottomnav" aria-label={t.nav.main}>
        {items.map((item) => (
          <Link key={item.key} href={item.href} aria-current={item.isHere(path) ? 'page' : undefined}>
            <Icon name={item.phoneIcon ?? item.icon} />
            {item.short}
          </Link>
        ))}
      </nav>
      {extras}
    </>
  );
};
