import { useQueryClient } from '@tanstack/preact-query';
import * as v from 'valibot';
import { useLocation } from 'wouter-preact';
import { call, client, newKey } from '../../api/client';
import { leagueQuery } from '../../api/queries';
import { t } from '../../i18n';
import { lastLeagueId } from '../../state/prefs';
import { Choices, FormFault, TextField, useForm } from '../../ui/form';
import { Page } from '../../ui/page';

const named = v.pipe(v.string(), v.trim(), v.minLength(1, t.auth.emptyName), v.maxLength(60));
const schema = v.object({
  name: named,
  teamName: named,
  maxTeams: v.pipe(v.string(), v.transform(Number)),
  preset: v.picklist(['standard', 'half', 'ppr', 'superflex']),
  visibility: v.picklist(['private', 'public']),
});

const sizes = [4, 6, 8, 10, 12, 14, 16].map((n) => ({ value: String(n), label: String(n) }));

const CreateLeague = () => {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const form = useForm(schema, async ({ name, teamName, maxTeams, preset, visibility }) => {
    const league = await call(
      client.POST('/api/leagues', {
        body: { name, teamName, settings: { maxTeams, preset, visibility } },
        headers: { 'Idempotency-Key': newKey() },
      }),
    );
    queries.setQueryData(leagueQuery(league.id).queryKey, league);
    void queries.invalidateQueries({ queryKey: ['dashboard'] });
    lastLeagueId.value = league.id;
    go(`/leagues/${league.id}`);
  });
  const { faults, general, isBusy } = form.state.value;
  return (
    <Page title={t.create.title}>
      <div class="wrap one narrow">
        <form class="form card sheet" noValidate onSubmit={form.onSubmit}>
          <FormFault>{general}</FormFault>
          <div class="two">
            <TextField name="name" label={t.create.name} maxLength={60} required fault={faults.name} />
            <TextField
              name="teamName"
              label={t.create.teamName}
              maxLength={60}
              required
              fault={faults.teamName}
            />
          </div>
          <div class="sizes">
            <Choices name="maxTeams" legend={t.create.size} options={sizes} initial="12" />
          </div>
          <Choices name="preset" legend={t.create.scoring} options={t.create.presets} initial="half" />
          <Choices
            name="visibility"
            legend={t.create.visibility}
            options={[
              { value: 'private', label: t.create.private, more: t.create.privateMore },
              { value: 'public', label: t.create.public, more: t.create.publicMore },
            ]}
            initial="private"
          />
          <p class="meta">{t.create.defaults}</p>
          <button class="btn primary big" type="submit" disabled={isBusy}>
            {t.create.submit}
          </button>
        </form>
      </div>
    </Page>
  );
};

export default CreateLeague;
