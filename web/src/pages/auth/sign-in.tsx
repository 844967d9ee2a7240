import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import * as v from 'valibot';
import { Link, useLocation, useSearchParams } from 'wouter-preact';
import { call, client } from '../../api/client';
import { isApiError } from '../../api/problem';
import { methodsQuery } from '../../api/queries';
import { t } from '../../i18n';
import { account } from '../../i18n/account';
import { nextPath } from '../../lib/next';
import { useSignedIn } from '../../state/session';
import { FormFault, TextField, useForm } from '../../ui/form';
import { AuthFrame } from './frame';

interface Answers {
  email: string;
  password: string;
}

const schema = v.object({
  email: v.pipe(v.string(), v.trim(), v.email(t.auth.badEmail)),
  password: v.pipe(v.string(), v.minLength(1, t.auth.shortPassword)),
});
const codeSchema = v.object({
  code: v.pipe(v.string(), v.trim(), v.minLength(6, account.codeNeeded), v.maxLength(40)),
});

/** Signs in and goes on: operators without a second step to where they set one up. */
function useSignIn(next: string) {
  const [, go] = useLocation();
  const signedIn = useSignedIn();
  return async (body: Answers & { code?: string }): Promise<void> => {
    const answer = await call(client.POST('/api/auth/login', { body }));
    signedIn(answer);
    go(answer.secondFactor === 'enrol' ? '/settings' : next, { replace: true });
  };
}

/* The password was right: the account asks for a code as well. */
const SecondStep = ({ answers, next, onBack }: { answers: Answers; next: string; onBack: () => void }) => {
  const signIn = useSignIn(next);
  const form = useForm(codeSchema, ({ code }) => signIn({ ...answers, code }));
  const { faults, general, isBusy } = form.state.value;
  return (
    <form class="form" noValidate onSubmit={form.onSubmit}>
      <p class="t2">{account.codeLead}</p>
      <FormFault>{general}</FormFault>
      <TextField
        name="code"
        label={account.code}
        hint={account.codeHint}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellcheck={false}
        autoFocus
        required
        fault={faults.code}
      />
      <button class="btn primary big wide" type="submit" disabled={isBusy}>
        {t.nav.signIn}
      </button>
      <button class="btn wide" type="button" onClick={onBack}>
        {account.otherAccount}
      </button>
    </form>
  );
};

const SignIn = () => {
  const [query] = useSearchParams();
  const next = nextPath(query.get('next'));
  const methods = useQuery(methodsQuery).data;
  const [halfway, setHalfway] = useState<Answers | null>(null);
  const signIn = useSignIn(next);
  const form = useForm(schema, async (values) => {
    try {
      await signIn(values);
    } catch (error) {
      if (!isApiError(error) || error.slug !== 'second-factor') throw error;
      setHalfway(values);
    }
  });
  const { faults, general, isBusy } = form.state.value;
  if (halfway)
    return (
      <AuthFrame title={t.auth.signInTitle}>
        <SecondStep answers={halfway} next={next} onBack={() => setHalfway(null)} />
      </AuthFrame>
    );
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
