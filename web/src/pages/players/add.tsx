/* Adding a free agent, with the one to drop chosen in the same step. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import * as v from 'valibot';
import { call, client, newKey } from '../../api/client';
import { leagueKey, teamQuery } from '../../api/queries';
import type { League, PlayerRef } from '../../api/types';
import { t } from '../../i18n';
import { points } from '../../i18n/format';
import { slotName } from '../../lib/game';
import { leagueWeek } from '../../state/session';
import { toast } from '../../state/toasts';
import { Dialog } from '../../ui/dialog';
import { FormFault, useForm } from '../../ui/form';
import { Plate } from '../../ui/player';
import { Await, Bone } from '../../ui/states';
import './players.css';

const schema = v.object({ drop: v.string() });

interface AddProps {
  player: PlayerRef;
  league: League;
  teamId: number;
  onClose: () => void;
}

const AddPlayer = ({ player, league, teamId, onClose }: AddProps) => {
  const queries = useQueryClient();
  const team = useQuery(teamQuery(league.id, teamId, leagueWeek(league)));
  const size = league.settings.rosterSlots
    .filter((s) => s.slot !== 'IR')
    .reduce((sum, s) => sum + s.count, 0);
  const form = useForm(schema, async ({ drop }) => {
    const dropPlayerId = Number(drop);
    await call(
      client.POST('/api/teams/{teamId}/moves', {
        params: { path: { teamId } },
        body: { addPlayerId: player.id, ...(dropPlayerId && { dropPlayerId }) },
        headers: { 'Idempotency-Key': newKey() },
      }),
    );
    toast(t.team.added(player.name));
    onClose();
    await queries.invalidateQueries({ queryKey: leagueKey(league.id) });
  });
  const { general, isBusy } = form.state.value;
  return (
    <Dialog title={t.players.addTitle(player.name)} onClose={onClose}>
      <form class="form" noValidate onSubmit={form.onSubmit}>
        <p class="t2">{t.players.addText}</p>
        <FormFault>{general}</FormFault>
        <Await query={team} skeleton={<Bone h={360} r={10} />}>
          {(doc) => {
            const hasRoom = doc.roster.filter((r) => r.slot !== 'IR').length < size;
            return (
              <fieldset>
                <legend class="eyebrow">{t.players.dropWhom}</legend>
                <div class="drops">
                  {hasRoom && (
                    <label>
                      <input type="radio" name="drop" value="0" defaultChecked />
                      <span>{t.players.addNoDrop}</span>
                    </label>
                  )}
                  {doc.roster.map((r) => (
                    <label key={r.player.id} class={r.isLocked ? 'off' : undefined}>
                      <input
                        type="radio"
                        name="drop"
                        value={String(r.player.id)}
                        disabled={r.isLocked}
                        required
                      />
                      <Plate player={r.player} />
                      <span class="clip">
                        <b>{r.player.name}</b>
                        <small class="meta">
                          {slotName(r.player.position)} ·{' '}
                          {r.slot === null || slotName(r.slot) === 'BN' ? t.lineup.benched : t.lineup.starter}
                          {r.isLocked && ` · ${t.lineup.locked}`}
                        </small>
                      </span>
                      <span class="num">{r.seasonPoints === null ? '–' : points(r.seasonPoints)}</span>
                    </label>
                  ))}
                </div>
              </fieldset>
            );
          }}
        </Await>
        <div class="stuck">
          <button class="btn primary big wide" type="submit" disabled={isBusy || team.data === undefined}>
            {t.players.addName(player.name)}
          </button>
        </div>
      </form>
    </Dialog>
  );
};

export default AddPlayer;
