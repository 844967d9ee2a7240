import { useQueryClient } from '@tanstack/preact-query';
import * as v from 'valibot';
import { call, client, newKey } from '../../api/client';
import { leagueKey } from '../../api/queries';
import type { TeamRef } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../state/toasts';
import { Dialog } from '../../ui/dialog';
import { FormFault, TextField, useForm } from '../../ui/form';
import { Crest } from '../../ui/icon';

const schema = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1, t.auth.emptyName)),
  abbrev: v.pipe(v.string(), v.trim(), v.toUpperCase()),
  crest: v.pipe(v.string(), v.transform(Number)),
});

const EditTeam = ({ team, leagueId, onClose }: { team: TeamRef; leagueId: number; onClose: () => void }) => {
  const queries = useQueryClient();
  const form = useForm(schema, async (values) => {
    await call(
      client.PATCH('/api/teams/{teamId}', {
        params: { path: { teamId: team.id } },
        body: values,
        headers: { 'Idempotency-Key': newKey() },
      }),
    );
    await queries.invalidateQueries({ queryKey: leagueKey(leagueId) });
    void queries.invalidateQueries({ queryKey: ['dashboard'] });
    toast(t.team.saved);
    onClose();
  });
  const { faults, general, isBusy } = form.state.value;
  return (
    <Dialog title={t.team.edit} onClose={onClose}>
      <form class="form" noValidate onSubmit={form.onSubmit}>
        <FormFault>{general}</FormFault>
        <TextField
          name="name"
          label={t.team.name}
          defaultValue={team.name}
          maxLength={60}
          fault={faults.name}
        />
        <TextField
          name="abbrev"
          label={t.team.abbrev}
          hint={t.team.abbrevHint}
          defaultValue={team.abbrev}
          maxLength={4}
          fault={faults.abbrev}
        />
        <fieldset class="f">
          <legend class="f">{t.team.crest}</legend>
          <div class="crests">
            {t.team.crestNames.map((name, i) => (
              <label key={name}>
                <input type="radio" name="crest" value={String(i)} defaultChecked={i === team.crest} />
                <Crest crest={i} />
                <span class="vh">{name}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <button class="btn primary big wide" type="submit" disabled={isBusy}>
          {t.save}
        </button>
      </form>
    </Dialog>
  );
};

export default EditTeam;
