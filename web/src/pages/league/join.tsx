import { useQuery, useQueryClient } from '@tanstack/preact-query';
import * as v from 'valibot';
import { Link, useLocation } from 'wouter-preact';
import { call, client, newKey } from '../../api/client';
import { inviteQuery } from '../../api/queries';
import { t } from '../../i18n';
import { lastLeagueId } from '../../state/prefs';
import { useUser } from '../../state/session';
import { toast } from '../../state/toasts';
import { FormFault, TextField, useForm } from '../../ui/form';
import { Crest } from '../../ui/icon';
import { Page } from '../../ui/page';
import { Await, Bone, Empty } from '../../ui/states';
import './league.css';

const codeSchema = v.object({
  code: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, t.join.codeHint),
    v.transform((text) => text.split('/').pop() ?? text),
  ),
});

const AskCode = () => {
  const [, go] = useLocation();
  const form = useForm(codeSchema, async ({ code }) => go(`/join/${encodeURIComponent(code)}`));
  const { faults } = form.state.value;
  return (
    <form class="form card sheet" noValidate onSubmit={form.onSubmit}>
      <TextField
        name="code"
        label={t.join.code}
        hint={t.join.codeHint}
        autoComplete="off"
        required
        fault={faults.code}
      />
      <button class="btn primary big" type="submit">
        {t.join.look}
      </button>
    </form>
  );
};

const nameSchema = v.object({ teamName: v.pipe(v.string(), v.trim(), v.minLength(1, t.auth.emptyName)) });

const Accept = ({ code }: { code: string }) => {
  const user = useUser();
  const queries = useQueryClient();
  const [path, go] = useLocation();
  const query = useQuery({ ...inviteQuery(code), retry: false });
  const form = useForm(nameSchema, async ({ teamName }) => {
    const leagueId = query.data?.league.id ?? 0;
    const joined = await call(
      client.POST('/api/leagues/{leagueId}/join', {
        params: { path: { leagueId } },
        body: { inviteCode: code, teamName },
        headers: { 'Idempotency-Key': newKey() },
      }),
    );
    await queries.invalidateQueries();
    lastLeagueId.value = joined.leagueId;
    toast(t.join.welcome(joined.team?.name ?? teamName));
    go(`/leagues/${joined.leagueId}`);
  });
  const { faults, general, isBusy } = form.state.value;
  if (query.error)
    return (
      <div class="card">
        <Empty
          icon="user-plus"
          title={t.errors.notFound}
          isPage
          actions={
            <Link class="btn" href="/join">
              {t.join.title}
            </Link>
          }
        >
          <p>{t.join.bad}</p>
        </Empty>
      </div>
    );
  return (
    <Await query={query} skeleton={<Bone h={240} r={14} />}>
      {(invite) => (
        <div class="card sheet form">
          <div class="invited">
            <Crest crest={invite.league.id} />
            <div class="clip">
              <p class="meta">{invite.invitedBy ? t.join.invited(invite.invitedBy) : t.join.invitedPlain}</p>
              <h2 class="clip">{invite.league.name}</h2>
              <p class="meta">
                {invite.league.season} · {t.teams(invite.league.maxTeams)},{' '}
                {t.preset[invite.league.scoringPreset] ?? invite.league.scoringPreset}
              </p>
            </div>
          </div>
          {user === null ? (
            <>
              <p class="t2">{t.join.signInFirst}</p>
              <div class="two">
                <Link class="btn primary big" href={`/sign-up?next=${encodeURIComponent(path)}`}>
                  {t.nav.signUp}
                </Link>
                <Link class="btn big" href={`/sign-in?next=${encodeURIComponent(path)}`}>
                  {t.nav.signIn}
                </Link>
              </div>
            </>
          ) : (
            <form class="form" noValidate onSubmit={form.onSubmit}>
              <FormFault>{general}</FormFault>
              <TextField
                name="teamName"
                label={t.join.teamName}
                maxLength={60}
                required
                fault={faults.teamName}
              />
              <button class="btn primary big" type="submit" disabled={isBusy}>
                {t.join.submit}
              </button>
            </form>
          )}
        </div>
      )}
    </Await>
  );
};

const Join = ({ params }: { params: Record<string, string | undefined> }) => (
  <Page title={t.join.title}>
    <div class="wrap one narrow">
      {params.code ? <Accept key={params.code} code={decodeURIComponent(params.code)} /> : <AskCode />}
    </div>
  </Page>
);

export default Join;
