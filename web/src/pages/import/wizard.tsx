/* Which league, from where, and how its documents come. */
import { useSignal } from '@preact/signals';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import * as v from 'valibot';
import { Link, useLocation } from 'wouter-preact';
import { call, client } from '../../api/client';
import { since } from '../../i18n/format';
import { imports as words } from '../../i18n/import';
import { Choices, FormFault, TextField, useForm } from '../../ui/form';
import { platformName } from '../history/data';
import { importQuery, importsQuery } from './data';
import { leagueNumber, seasonIn } from './files';

const schema = v.object({
  platform: v.picklist(['sleeper', 'espn']),
  leagueId: v.pipe(
    v.string(),
    v.check((text) => leagueNumber(text) !== null, words.badNumber),
  ),
  season: v.optional(v.pipe(v.string(), v.trim(), v.regex(/^\d{4}$/, words.badSeason))),
  way: v.picklist(['fetch', 'upload']),
});

const Earlier = () => {
  const list = useQuery(importsQuery).data?.imports ?? [];
  if (list.length === 0) return null;
  return (
    <section class="card" aria-label={words.earlier}>
      <header>
        <h2>{words.earlier}</h2>
      </header>
      <ul class="list jobs">
        {list.map((job) => (
          <li key={job.id}>
            <Link href={`/import/${job.id}`}>
              <span class="clip">
                <b class="clip">{words.league(platformName(job.platform), job.leagueId, job.season)}</b>
                <small>{since(job.createdAt, Date.now())}</small>
              </span>
              <span
                class={`tag${job.state === 'failed' ? ' out' : job.state === 'done' ? ' volt' : ' info'}`}
              >
                {words.state[job.state] ?? job.state}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
};

export const Wizard = () => {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const platform = useSignal<'sleeper' | 'espn'>('sleeper');
  const season = useSignal(String(new Date().getFullYear()));
  const form = useForm(schema, async (values) => {
    const made = await call(
      client.POST('/api/imports', {
        body: {
          platform: values.platform,
          leagueId: leagueNumber(values.leagueId) ?? '',
          upload: values.way === 'upload',
          ...(values.platform === 'espn' && { season: Number(values.season) }),
        },
      }),
    );
    queries.setQueryData(importQuery(made.id).queryKey, made);
    go(`/import/${made.id}`);
  });
  const { faults, general, isBusy } = form.state.value;
  return (
    <>
      <form
        class="form card sheet"
        noValidate
        onSubmit={form.onSubmit}
        onChange={(event) => {
          const { name, value } = event.target as HTMLInputElement;
          if (name === 'platform') platform.value = value === 'espn' ? 'espn' : 'sleeper';
          if (name === 'leagueId') season.value = seasonIn(value) ?? season.value;
        }}
      >
        <p class="t2">{words.lead}</p>
        <FormFault>{general}</FormFault>
        <Choices name="platform" legend={words.platform} options={words.platforms} initial="sleeper" />
        <TextField
          name="leagueId"
          label={words.leagueId}
          hint={words.leagueHints[platform.value]}
          autoComplete="off"
          required
          fault={faults.leagueId}
        />
        {platform.value === 'espn' && (
          <TextField
            name="season"
            label={words.season}
            inputMode="numeric"
            maxLength={4}
            value={season.value}
            required
            fault={faults.season}
          />
        )}
        <Choices name="way" legend={words.way} options={words.ways} initial="fetch" />
        <button class="btn primary big" type="submit" disabled={isBusy}>
          {words.next}
        </button>
      </form>
      <Earlier />
    </>
  );
};
