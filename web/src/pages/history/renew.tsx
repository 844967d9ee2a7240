/* Renewing a league that is over: what comes along, and in a keeper league who. */
import { type Signal, useSignal } from '@preact/signals';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useLocation } from 'wouter-preact';
import { call, client, newKey } from '../../api/client';
import { isApiError } from '../../api/problem';
import { leagueKey, leagueQuery, teamQuery } from '../../api/queries';
import type { League } from '../../api/types';
import { t } from '../../i18n';
import { renewal as words } from '../../i18n/history';
import { lastLeagueId } from '../../state/prefs';
import { toast } from '../../state/toasts';
import { Dialog } from '../../ui/dialog';
import { FormFault } from '../../ui/form';
import { Crest, Icon } from '../../ui/icon';
import { Pos } from '../../ui/player';
import { Bone } from '../../ui/states';

type Kept = Signal<ReadonlySet<number>>;

const Roster = ({ league, teamId, kept }: { league: League; teamId: number; kept: Kept }) => {
  const week = league.weeks.at(-1)?.week ?? 1;
  const roster = useQuery(teamQuery(league.id, teamId, week)).data?.roster;
  if (!roster) return <Bone h={120} />;
  return (
    <>
      {roster.map(({ player }) => (
        <label key={player.id}>
          <input
            type="checkbox"
            checked={kept.value.has(player.id)}
            onChange={(event) => {
              const next = new Set(kept.value);
              if (event.currentTarget.checked) next.add(player.id);
              else next.delete(player.id);
              kept.value = next;
            }}
          />
          <Pos slot={player.position} />
          {player.name}
        </label>
      ))}
    </>
  );
};

const Keepers = ({ league, kept }: { league: League; kept: Kept }) => {
  const opened = useSignal<ReadonlySet<number>>(new Set());
  return (
    <fieldset class="f">
      <legend class="f">{words.keeper}</legend>
      <div class="keep">
        {league.teams.map((team) => (
          <details
            key={team.id}
            onToggle={(event) => {
              if (event.currentTarget.open) opened.value = new Set(opened.value).add(team.id);
            }}
          >
            <summary>
              <Crest crest={team.crest} />
              {team.name}
            </summary>
            {opened.value.has(team.id) && <Roster league={league} teamId={team.id} kept={kept} />}
          </details>
        ))}
      </div>
      <p class="meta" aria-live="polite">
        {words.chosen(kept.value.size)}
      </p>
    </fieldset>
  );
};

const Renew = ({ league, onClose }: { league: League; onClose: () => void }) => {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const kept = useSignal<ReadonlySet<number>>(new Set());
  const isBusy = useSignal(false);
  const fault = useSignal<string | null>(null);
  const key = useSignal(newKey());
  const renew = async (): Promise<void> => {
    isBusy.value = true;
    fault.value = null;
    try {
      const next = await call(
        client.POST('/api/leagues/{leagueId}/renew', {
          params: { path: { leagueId: league.id } },
          headers: { 'Idempotency-Key': key.value },
          body: kept.value.size > 0 ? { keepers: [...kept.value] } : {},
        }),
      );
      queries.setQueryData(leagueQuery(next.id).queryKey, next);
      void queries.invalidateQueries({ queryKey: leagueKey(league.id) });
      void queries.invalidateQueries({ queryKey: ['dashboard'] });
      lastLeagueId.value = next.id;
      onClose();
      toast(words.done(next.season));
      go(`/leagues/${next.id}`);
    } catch (error) {
      fault.value = isApiError(error) ? error.message : t.errors.generic;
      if (!(isApiError(error) && error.isUnreachable)) key.value = newKey();
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Dialog title={words.title(league.season + 1)} onClose={onClose}>
      <div class="form">
        <p class="t2">{words.text}</p>
        <ul class="comes">
          {words.comes.map((what) => (
            <li key={what}>
              <Icon name="check" />
              {what}
            </li>
          ))}
        </ul>
        {league.kind === 'keeper' ? (
          <Keepers league={league} kept={kept} />
        ) : (
          <p class="t2">{league.kind === 'dynasty' ? words.dynasty : words.redraft}</p>
        )}
        <p class="meta">{words.stays}</p>
        <FormFault>{fault.value}</FormFault>
        <button
          type="button"
          class="btn primary big wide"
          disabled={isBusy.value}
          onClick={() => void renew()}
        >
          {words.submit}
        </button>
      </div>
    </Dialog>
  );
};

export default Renew;
