/* The draft room: the clock on top, board and players, the viewer's queue and roster beside them. */
import { useSignal } from '@preact/signals';
import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import { draftQuery } from '../../api/queries';
import type { League } from '../../api/types';
import { t } from '../../i18n';
import { leads, useLeague } from '../../state/session';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { Page } from '../../ui/page';
import { Await, Bone, SkeletonCard } from '../../ui/states';
import { Tabs } from '../../ui/tabs';
import { Board } from './board';
import { Clock } from './clock';
import { Queue, Roster } from './mine';
import { Pool } from './pool';
import { type Room, useRoom } from './room';
import { aboutDraft, SetUp, Waiting } from './setup';
import './draft.css';

const tabs = [
  { id: 'pool', label: t.draft.pool },
  { id: 'board', label: t.draft.board },
  { id: 'queue', label: t.draft.queue },
  { id: 'roster', label: t.draft.roster },
] as const;
type TabId = (typeof tabs)[number]['id'];

const Ask = ({ room }: { room: Room }) => {
  const isCancelling = useSignal(false);
  const { league, doc, asking, isBusy } = room;
  const me = doc.order.find((team) => team.id === room.myTeamId);
  const player = asking.value;
  return (
    <div class="dtools">
      <p class="meta clip">{aboutDraft(doc)}</p>
      {me && (
        <button
          type="button"
          class="autopick"
          role="switch"
          aria-checked={me.isAutopick}
          disabled={isBusy.value}
          onClick={() => void room.setAuto(!me.isAutopick)}
        >
          {t.draft.autopick}
        </button>
      )}
      {leads(league) && (
        <>
          <button
            type="button"
            class="btn"
            disabled={isBusy.value}
            onClick={() => void room.control(doc.state === 'paused' ? 'resume' : 'pause')}
          >
            <Icon name={doc.state === 'paused' ? 'play' : 'pause'} />
            {doc.state === 'paused' ? t.draft.resume : t.draft.pause}
          </button>
          <button
            type="button"
            class="btn danger"
            onClick={() => {
              isCancelling.value = true;
            }}
          >
            {t.draft.cancel}
          </button>
        </>
      )}
      {player && room.isMyTurn && (
        <Dialog title={t.draft.pickTitle(player.name)} onClose={() => (asking.value = null)}>
          <div class="two">
            <button type="button" class="btn big" onClick={() => (asking.value = null)}>
              {t.cancel}
            </button>
            <button type="button" class="btn primary big" onClick={() => void room.pick(player)}>
              {t.draft.pick}
            </button>
          </div>
        </Dialog>
      )}
      {isCancelling.value && (
        <Dialog title={t.draft.cancelTitle} onClose={() => (isCancelling.value = false)}>
          <div class="form">
            <p class="t2">{t.draft.cancelMore}</p>
            <div class="two">
              <button type="button" class="btn big" onClick={() => (isCancelling.value = false)}>
                {t.draft.keep}
              </button>
              <button
                type="button"
                class="btn big danger"
                onClick={() => {
                  isCancelling.value = false;
                  void room.control('cancel');
                }}
              >
                {t.draft.cancel}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  );
};

const Live = ({ room }: { room: Room }) => {
  const tab = useSignal<TabId>('pool');
  const top = room.queue[0];
  return (
    <div class="draft" data-tab={tab.value}>
      <Clock room={room} />
      <Ask room={room} />
      <Tabs tabs={tabs} current={tab} label={t.draft.title} />
      <div class="wrap">
        <Board room={room} isShown={tab.value === 'board'} />
        <Pool room={room} />
        {room.myTeamId !== null && (
          <aside class="side">
            <Queue room={room} />
            <Roster room={room} />
          </aside>
        )}
      </div>
      {room.isMyTurn && top && (
        <div class="topq phone">
          <span class="clip">
            <b class="clip">{top.name}</b>
            <small class="meta">{t.draft.topOf}</small>
          </span>
          <button
            type="button"
            class="btn primary"
            disabled={room.isBusy.value}
            onClick={() => void room.pick(top)}
          >
            {t.draft.pick}
          </button>
        </div>
      )}
    </div>
  );
};

const Done = ({ room }: { room: Room }) => (
  <div class="wrap draft done">
    <div class="banner gold wide">
      <Icon name="check" />
      <div>
        <b>{t.draft.complete}</b>
        <small>{aboutDraft(room.doc)}</small>
      </div>
      {room.myTeamId !== null && (
        <Link class="btn" href={`/leagues/${room.league.id}/teams/${room.myTeamId}`}>
          {t.draft.toTeam}
        </Link>
      )}
    </div>
    <Board room={room} isShown />
    {room.myTeamId !== null && (
      <aside class="side">
        <Roster room={room} />
      </aside>
    )}
  </div>
);

const Shown = ({ league, draftId }: { league: League; draftId: number }) => {
  const query = useQuery(draftQuery(league.id, draftId));
  return (
    <Await query={query} skeleton={<Bone h={640} />}>
      {(doc) => <Entered key={doc.state === 'complete' ? 'done' : 'on'} league={league} doc={doc} />}
    </Await>
  );
};

const Entered = ({ league, doc }: { league: League; doc: Room['doc'] }) => {
  const room = useRoom(league, doc);
  if (doc.state === 'complete') return <Done room={room} />;
  if (doc.state === 'running' || doc.state === 'paused') return <Live room={room} />;
  return <Waiting room={room} />;
};

const DraftPage = ({ params }: { params: Record<string, string> }) => {
  const leagueId = Number(params.leagueId);
  const query = useLeague(leagueId);
  return (
    <Page title={t.draft.title} leagueId={leagueId}>
      <Await query={query} skeleton={<SkeletonCard rows={12} height={46} />}>
        {(league) =>
          league.draftId === null ? (
            <SetUp league={league} />
          ) : (
            <Shown league={league} draftId={league.draftId} />
          )
        }
      </Await>
    </Page>
  );
};

export default DraftPage;
