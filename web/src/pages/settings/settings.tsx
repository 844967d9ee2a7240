/* The viewer's own settings: how things look, shortcuts, password, signing out. */
import type { Signal } from '@preact/signals';
import { useQuery } from '@tanstack/preact-query';
import * as v from 'valibot';
import { Link, useLocation } from 'wouter-preact';
import { call, client } from '../../api/client';
import { ApiError } from '../../api/problem';
import { versionQuery } from '../../api/queries';
import { t } from '../../i18n';
import { type Density, density, hasShortcuts, type Theme, theme } from '../../state/prefs';
import { sessionQuery, useSignOut, useUser } from '../../state/session';
import { toast } from '../../state/toasts';
import { FormFault, TextField, useForm } from '../../ui/form';
import { Icon } from '../../ui/icon';
import { Page } from '../../ui/page';
import { ErrorBox } from '../../ui/states';
import { SecondFactor } from './second-factor';
import { Sessions } from './sessions';
import './settings.css';

interface PickProps<T extends string> {
  label: string;
  value: Signal<T>;
  options: readonly { id: T; label: string; icon?: string }[];
}

function Pick<T extends string>({ label, value, options }: PickProps<T>) {
  return (
    <div class="setting">
      <span aria-hidden="true">{label}</span>
      <fieldset class="seg" aria-label={label}>
        {options.map((o) => (
          <button
            key={o.id}
            type="button"
            aria-pressed={value.value === o.id}
            onClick={() => {
              value.value = o.id;
            }}
          >
            <span class="with-i">
              {o.icon && <Icon name={o.icon} />}
              {o.label}
            </span>
          </button>
        ))}
      </fieldset>
    </div>
  );
}

const schema = v.object({
  currentPassword: v.pipe(v.string(), v.minLength(1, t.auth.shortPassword)),
  newPassword: v.pipe(
    v.string(),
    v.minLength(10, t.auth.shortPassword),
    v.maxLength(200, t.auth.longPassword),
  ),
});

const Password = ({ email }: { email: string }) => {
  const form = useForm(schema, async (values) => {
    await call(client.POST('/api/auth/password', { body: values }));
    toast(t.settings.changed);
    for (const field of document.querySelectorAll<HTMLInputElement>('input[type=password]')) field.value = '';
  });
  const { faults, general, isBusy } = form.state.value;
  return (
    <form class="form" noValidate onSubmit={form.onSubmit}>
      <FormFault>{general}</FormFault>
      <input type="text" name="username" autoComplete="username" value={email} hidden readOnly />
      <TextField
        name="currentPassword"
        type="password"
        label={t.settings.current}
        autoComplete="current-password"
        fault={faults.currentPassword}
      />
      <TextField
        name="newPassword"
        type="password"
        label={t.settings.next}
        hint={t.auth.passwordHint}
        autoComplete="new-password"
        fault={faults.newPassword}
      />
      <div>
        <button class="btn" type="submit" disabled={isBusy}>
          {t.settings.password}
        </button>
      </div>
    </form>
  );
};

const Settings = () => {
  const user = useUser();
  const signOut = useSignOut();
  const [, go] = useLocation();
  const version = useQuery(versionQuery).data;
  const mustEnrol = useQuery(sessionQuery).data?.secondFactor === 'enrol';
  const themes: readonly { id: Theme; label: string; icon: string }[] = [
    { id: 'system', label: t.settings.themes.system, icon: 'monitor' },
    { id: 'dark', label: t.settings.themes.dark, icon: 'moon' },
    { id: 'light', label: t.settings.themes.light, icon: 'sun' },
  ];
  const densities: readonly { id: Density; label: string }[] = [
    { id: 'comfortable', label: t.settings.densities.comfortable },
    { id: 'compact', label: t.settings.densities.compact },
  ];
  if (user === null)
    return (
      <Page title={t.settings.title}>
        <ErrorBox error={new ApiError(401, 'sign-in-required', t.auth.needed)} />
      </Page>
    );
  return (
    <Page title={t.settings.title}>
      <div class="wrap one narrow settings">
        <section class="card" aria-label={t.settings.look}>
          <header>
            <h2>{t.settings.look}</h2>
          </header>
          <div class="body">
            <Pick label={t.settings.theme} value={theme} options={themes} />
            <Pick label={t.settings.density} value={density} options={densities} />
            <label class="switch">
              <span>
                {t.settings.shortcuts}
                <small>{t.settings.shortcutsMore}</small>
              </span>
              <input
                type="checkbox"
                checked={hasShortcuts.value}
                onChange={(event) => {
                  hasShortcuts.value = event.currentTarget.checked;
                }}
              />
            </label>
          </div>
        </section>
        <section class="card" aria-label={t.settings.account}>
          <header>
            <h2>{t.settings.account}</h2>
            <span class="more">{user.email}</span>
          </header>
          <div class="body">
            <Password email={user.email} />
          </div>
        </section>
        <SecondFactor />
        {!mustEnrol && <Sessions />}
        <div>
          <button
            type="button"
            class="btn danger"
            onClick={async () => {
              await signOut();
              toast(t.auth.signedOut);
              go('/');
            }}
          >
            <Icon name="log-out" />
            {t.nav.signOut}
          </button>
        </div>
        {user.isOperator && (
          <p>
            <Link class="btn" href="/admin/dashboard">
              {t.settings.health}
            </Link>
          </p>
        )}
        {version && <p class="meta">{t.settings.version(version.version)}</p>}
      </div>
    </Page>
  );
};

export default Settings;
