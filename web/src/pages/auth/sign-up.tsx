import { useQuery } from '@tanstack/preact-query';
import * as v from 'valibot';
import { Link, useLocation, useSearchParams } from 'wouter-preact';
import { call, client } from '../../api/client';
import { methodsQuery } from '../../api/queries';
import { t } from '../../i18n';
import { nextPath } from '../../lib/next';
import { useSignedIn } from '../../state/session';
import { FormFault, TextField, useForm } from '../../ui/form';
import { AuthFrame } from './frame';

const schema = v.object({
  displayName: v.pipe(v.string(), v.trim(), v.minLength(1, t.auth.emptyName)),
  email: v.pipe(v.string(), v.trim(), v.email(t.auth.badEmail)),
  password: v.pipe(v.string(), v.minLength(10, t.auth.shortPassword), v.maxLength(200, t.auth.longPassword)),
});

const SignUp = () => {
  const [, go] = useLocation();
  const [query] = useSearchParams();
  const next = nextPath(query.get('next'));
  const methods = useQuery(methodsQuery).data;
  const signedIn = useSignedIn();
  const form = useForm(schema, async (values) => {
    signedIn(await call(client.POST('/api/auth/register', { body: values })));
    go(next, { replace: true });
  });
  const { faults, general, isBusy } = form.state.value;
  const isClosed = methods?.registration === 'closed';
  return (
    <AuthFrame title={t.auth.signUpTitle}>
      {isClosed ? (
        <p class="t2">{t.auth.closed}</p>
      ) : (
        <form class="form" noValidate onSubmit={form.onSubmit}>
          {methods?.registration === 'invite' && <p class="t2">{t.auth.inviteOnly}</p>}
          <FormFault>{general}</FormFault>
          <TextField
            name="displayName"
            label={t.auth.displayName}
            hint={t.auth.displayNameHint}
            autoComplete="nickname"
            maxLength={60}
            required
            fault={faults.displayName}
          />
          <TextField
            name="email"
            type="email"
            label={t.auth.email}
            autoComplete="username"
            required
            fault={faults.email}
          />
          <TextField
            name="password"
            type="password"
            label={t.auth.password}
            hint={t.auth.passwordHint}
            autoComplete="new-password"
            minLength={10}
            required
            fault={faults.password}
          />
          <button class="btn primary big wide" type="submit" disabled={isBusy}>
            {t.nav.signUp}
          </button>
        </form>
      )}
      <p class="swap">
        {t.auth.haveAccount} <Link href={`/sign-in?next=${encodeURIComponent(next)}`}>{t.nav.signIn}</Link>
      </p>
    </AuthFrame>
  );
};

export default SignUp;
