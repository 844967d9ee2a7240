/* Before a draft: the commissioner sets it up, fills the league and starts it; the others see the order. */
import { useSignal } from '@preact/signals';
import { useQueryClient } from '@tanstack/preact-query';
import type { JSX } from 'preact';
import { call, client, newKey } from '../../api/client';
import { isApiError } from '../../api/problem';
import { leagueKey } from '../../api/queries';
import type { DraftDoc, League, NewDraft } from '../../api/types';
import { t } from '../../i18n';
import { clockText } from '../../lib/draft';
import { leads } from '../../state/session';
import { toast } from '../../state/toasts';
import { Choices, FormFault } from '../../ui/form';
import { Crest, Icon } from '../../ui/icon';
import { Empty } from '../../ui/states';
import type { Room } from './room';

const paces = [30, 60, 90, 120, 3600].map((s) => ({ value: String(s), label: clockText(s * 1000) }));

const Teams = ({ league }: { league: League }) => {
  const queries = useQueryClient();
  const isBusy = useSignal(false);
  const { maxTeams } = league.settings;
  if (league.teams.length >= maxTeams) return null;
  const fill = async (): Promise<void> => {
    isBusy.value = true;
    try {
      const { added } = await call(
        client.POST('/api/leagues/{leagueId}/fill', {
          params: { path: { leagueId: league.id } },
          headers: { 'Idempotency-Key': newKey() },
        }),
      );
      toast(t.draft.filled(added));
      await queries.invalidateQueries({ queryKey: leagueKey(league.id) });
    } catch (error) {
      toast(isApiError(error) ? error.message : t.errors.generic, { isBad: true });
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <div class="banner">
      <Icon name="users" />
      <div>
        {t.draft.teamsThere(league.teams.length, maxTeams)}
        <small>{t.draft.teamsMore}</small>
      </div>
      {leads(league) && (
        <button type="button" class="btn" disabled={isBusy.value} onClick={() => void fill()}>
          {t.draft.fill}
        </button>
      )}
    </div>
  );
};

/** Setting it up, or setting it up once more: the order is drawn anew. */
const SetUpForm = ({ league, kind, seconds }: { league: League; kind: string; seconds: number }) => {
  const queries = useQueryClient();
  const isBusy = useSignal(false);
  const fault = useSignal<string | null>(null);
  const submit = async (event: JSX.TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    isBusy.value = true;
    fault.value = null;
    try {
      await call(
        client.POST('/api/draft', {
          body: {
            leagueId: league.id,
            kind: form.get('kind') as NonNullable<NewDraft['kind']>,
            secondsPerPick: Number(form.get('seconds')),
          },
          headers: { 'Idempotency-Key': newKey() },
        }),
      );
      toast(t.draft.waiting);
      await queries.invalidateQueries({ queryKey: leagueKey(league.id) });
    } catch (error) {
      fault.value = isApiError(error) ? error.message : t.errors.generic;
    } finally {
      isBusy.value = false;
    }
  };
  const own = { value: String(seconds), label: clockText(seconds * 1000) };
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <FormFault>{fault.value}</FormFault>
      <Choices name="kind" legend={t.draft.kind} options={t.draft.kinds} initial={kind} />
      <div class="sizes">
        <Choices
          name="seconds"
          legend={t.draft.seconds}
          options={paces.some((p) => p.value === own.value) ? paces : [...paces, own]}
          initial={own.value}
        />
      </div>
      <button class="btn big" type="submit" disabled={isBusy.value}>
        {t.draft.setUp}
      </button>
    </form>
  );
};

/** No draft yet, as after one that was cancelled. */
export const SetUp = ({ league }: { league: League }) => {
  if (!leads(league) || league.state !== 'setup')
    return (
      <Empty icon="clipboard-list" title={t.draft.notYet} isPage>
        <p>{t.draft.notYetMore}</p>
      </Empty>
    );
  const { draftKind, secondsPerPick } = league.settings;
  return (
    <div class="wrap one narrow">
      <Teams league={league} />
      <section class="card form sheet">
        <h2>{t.draft.setUp}</h2>
        <p class="t2">{t.draft.setUpMore}</p>
        <SetUpForm league={league} kind={draftKind} seconds={secondsPerPick} />
      </section>
    </div>
  );
};

export const aboutDraft = (doc: DraftDoc): string =>
  t.draft.about(t.draft.kindNames[doc.kind] ?? doc.kind, doc.rounds, clockText(doc.secondsPerPick * 1000));

/** Set up and not started. */
export const Waiting = ({ room }: { room: Room }) => {
  const { league, doc } = room;
  const mayStart = leads(league);
  return (
    <div class="wrap one narrow">
      <Teams league={league} />
      <section class="card sheet form" aria-label={t.draft.order}>
        <h2>{t.draft.waiting}</h2>
        <p class="t2">
          {aboutDraft(doc)}. {mayStart ? t.draft.startMore : t.draft.waitingMore}
        </p>
        {doc.order.length > 0 && (
          <>
            <h3 class="eyebrow">{t.draft.order}</h3>
            <ol class="dorder">
              {doc.order.map((team, i) => (
                <li key={team.id} class={team.id === room.myTeamId ? 'you' : undefined}>
                  <span class="meta" style={{ minWidth: '18px' }}>
                    {i + 1}
                  </span>
                  <Crest crest={team.crest} />
                  <b class="clip">{team.name}</b>
                  {team.isAutopick && <small class="meta">{t.draft.autopick}</small>}
                </li>
              ))}
            </ol>
          </>
        )}
        {doc.orderCommitment && (
          <p class="meta" style={{ overflowWrap: 'anywhere' }}>
            {t.draft.drawn(doc.orderCommitment)}
          </p>
        )}
        {mayStart && (
          <button
            type="button"
            class="btn primary big"
            disabled={room.isBusy.value || league.teams.length < league.settings.maxTeams}
            onClick={() => void room.control('start')}
          >
            {t.draft.start}
          </button>
        )}
      </section>
      {mayStart && (
        <section class="card form sheet" aria-label={t.draft.change}>
          <h2>{t.draft.change}</h2>
          <p class="t2">{t.draft.changeMore}</p>
          <SetUpForm key={doc.seq} league={league} kind={doc.kind} seconds={doc.secondsPerPick} />
        </section>
      )}
    </div>
  );
};
