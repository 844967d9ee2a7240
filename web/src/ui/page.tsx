/* The frame every page stands in: top bar, notes about the league, main part. */
import { useSignal } from '@preact/signals';
import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { leagueQuery } from '../api/queries';
import { t } from '../i18n';
import { dateTime, time } from '../i18n/format';
import { connection } from '../lib/socket';
import { openPanel } from '../state/panels';
import { useUser } from '../state/session';
import { Icon } from './icon';
import { ModeNote } from './mode';

const RECONNECT_SHOWN_MS = 5000;

/** Says so when the device is offline, or when the live connection has been away for five seconds. */
const ConnectionNote = () => {
  const isOnline = useSignal(navigator.onLine);
  const isLate = useSignal(false);
  const { state, since } = connection.value;
  useEffect(() => {
    const read = (): void => {
      isOnline.value = navigator.onLine;
    };
    addEventListener('online', read);
    addEventListener('offline', read);
    return () => {
      removeEventListener('online', read);
      removeEventListener('offline', read);
    };
  }, [isOnline]);
  useEffect(() => {
    isLate.value = false;
    if (state !== 'lost') return;
    const timer = setTimeout(() => {
      isLate.value = true;
    }, RECONNECT_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state, isLate]);
  if (!isOnline.value)
    return (
      <p class="offline" role="status">
        <Icon name="wifi-off" />
        <span>
          <b>{t.notes.offline}</b> {t.notes.offlineMore}
        </span>
      </p>
    );
  if (!isLate.value) return null;
  return (
    <p class="offline" role="status">
      <Icon name="wifi-off" />
      {t.notes.reconnecting(time(new Date(since).toISOString()))}
    </p>
  );
};

/** What must be known about a league on each of its pages: that it is a sample, or a replay. */
const LeagueNotes = ({ leagueId }: { leagueId: number }) => {
  const league = useQuery(leagueQuery(leagueId)).data;
  if (!league) return null;
  return (
    <>
      {league.isSample && (
        <p class="sample">
          <Icon name="flask-conical" />
          <span>
            <b>{t.notes.sample}</b> {t.notes.sampleMore}
          </span>
        </p>
      )}
      {league.replayAt !== null && (
        <p class="replay">
          <Icon name="history" />
          {t.notes.replay(league.season, dateTime(league.replayAt))}
        </p>
      )}
    </>
  );
};

interface PageProps {
  title: string;
  leagueId?: number;
  /** Beside the title, such as the week. */
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  note?: ComponentChildren;
  children: ComponentChildren;
}

export const Page = ({ title, leagueId, lead, actions, note, children }: PageProps) => {
  const main = useRef<HTMLElement>(null);
  const user = useUser();
  useEffect(() => {
    document.title = `${title} · ${t.app}`;
  }, [title]);
  useEffect(() => {
    /* After a change of page, reading goes on at its beginning; the very first page keeps the browser's focus. */
    if (document.body.dataset.moved) main.current?.focus({ preventScroll: true });
    document.body.dataset.moved = 'yes';
  }, []);
  return (
    <div class="col">
      <header class="top">
        <h1>{title}</h1>
        {lead}
        <span class="sp" />
        {user !== null && (
          <>
            <button
              type="button"
              class="search hide"
              aria-label={t.nav.find}
              onClick={() => openPanel('search')}
            >
              <Icon name="search" />
              <span aria-hidden="true">{t.nav.find}</span>
              <span class="kbd" aria-hidden="true">
                /
              </span>
            </button>
            <button
              type="button"
              class="btn icon ghost phone"
              aria-label={t.nav.find}
              onClick={() => openPanel('search')}
            >
              <Icon name="search" />
            </button>
          </>
        )}
        {user === null && (
          <Link
            class="btn primary phone"
            href={`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`}
          >
            {t.nav.signIn}
          </Link>
        )}
        {actions}
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        <div class="notes">
          <ModeNote />
          <ConnectionNote />
          {leagueId !== undefined && <LeagueNotes leagueId={leagueId} />}
          {note}
        </div>
        {children}
      </main>
    </div>
  );
};
