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
  email: v.pipe(v.string(), v.trim(), v.email(t.auth.badEmail)),
  password: v.pipe(v.string(), v.minLength(1, t.auth.shortPassword)),
});

const SignIn = () => {
  const [, go] = useLocation();
  const [query] = useSearchParams();
  const next = nextPath(query.get('next'));
  const methods = useQuery(methodsQuery).data;
  const signedIn = useSignedIn();
  const form = useForm(schema, async (values) => {
    signedIn(await call(client.POST('/api/auth/login', { body: values })));
    go(next, { replace: true });
  });
  const { faults, general, isBusy } = form.state.value;
  return (
    <AuthFrame title={t.auth.signInTitle}>
      <form class="form" noValidate onSubmit={form.onSubmit}>
        <FormFault>{general}</FormFault>
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
          autoComplete="current-password"
          required
          fault={faults.password}
        />
        <button class="btn primary big wide" type="submit" disabled={isBusy}>
          {t.nav.signIn}
        </button>
      </form>
      {methods?.registration !== 'closed' && (
        <p class="swap">
          {t.auth.noAccount} <Link href={`/sign-up?next=${encodeURIComponent(next)}`}>{t.nav.signUp}</Link>
        </p>
      )}
    </AuthFrame>
  );
};

export default SignIn;
