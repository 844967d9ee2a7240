/* Two-step sign-in: set up with a QR code, recovery codes shown once, given again by operators, turned off. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import * as v from 'valibot';
import { call, client } from '../../api/client';
import { secondFactorQuery } from '../../api/queries';
import { t } from '../../i18n';
import { account } from '../../i18n/account';
import { day } from '../../i18n/format';
import { sessionQuery } from '../../state/session';
import { toast } from '../../state/toasts';
import { FormFault, TextField, useForm } from '../../ui/form';
import { Icon } from '../../ui/icon';
import { Bone, ErrorBox } from '../../ui/states';

const words = account.second;
const password = v.pipe(v.string(), v.minLength(1, t.auth.shortPassword));
const code = v.pipe(v.string(), v.trim(), v.minLength(6, account.codeNeeded), v.maxLength(40));

const CodeField = ({ fault, isFirst }: { fault: string | undefined; isFirst?: boolean }) => (
  <TextField
    name="code"
    label={isFirst ? words.first : account.code}
    hint={isFirst ? account.codeDigits : account.codeHint}
    fault={fault}
    autoComplete="one-time-code"
    autoCapitalize="none"
    spellcheck={false}
    required
  />
);

const PasswordField = ({ fault }: { fault: string | undefined }) => (
  <TextField
    name="currentPassword"
    type="password"
    label={words.password}
    autoComplete="current-password"
    fault={fault}
  />
);

interface Offer {
  secret: string;
  qr: string;
}

const Start = ({ onOffer }: { onOffer: (offer: Offer) => void }) => {
  const form = useForm(v.object({ currentPassword: password }), async (body) =>
    onOffer(await call(client.POST('/api/auth/totp', { body }))),
  );
  const { faults, general, isBusy } = form.state.value;
  return (
    <form class="form" noValidate onSubmit={form.onSubmit}>
      <FormFault>{general}</FormFault>
      <PasswordField fault={faults.currentPassword} />
      <div>
        <button class="btn primary" type="submit" disabled={isBusy}>
          {words.start}
        </button>
      </div>
    </form>
  );
};

const Scan = ({ offer, onCodes }: { offer: Offer; onCodes: (codes: string[]) => void }) => {
  const form = useForm(v.object({ code }), async (body) => {
    onCodes((await call(client.POST('/api/auth/totp/confirm', { body }))).recoveryCodes);
    toast(words.enabled);
  });
  const { faults, general, isBusy } = form.state.value;
  return (
    <form class="form" noValidate onSubmit={form.onSubmit}>
      <p>{words.scan}</p>
      <img class="qr" alt={words.qr} src={`data:image/svg+xml,${encodeURIComponent(offer.qr)}`} />
      <p>
        {words.byHand} <code class="key">{offer.secret}</code>
      </p>
      <FormFault>{general}</FormFault>
      <CodeField isFirst fault={faults.code} />
      <div>
        <button class="btn primary" type="submit" disabled={isBusy}>
          {words.confirm}
        </button>
      </div>
    </form>
  );
};

const Codes = ({ codes, onKept }: { codes: string[]; onKept: () => void }) => (
  <div class="form">
    <h3>{words.codes}</h3>
    <p>{words.codesWhy}</p>
    <ol class="codes">
      {codes.map((each) => (
        <li key={each}>
          <code>{each}</code>
        </li>
      ))}
    </ol>
    <div class="row">
      <button
        type="button"
        class="btn"
        onClick={async () => {
          await navigator.clipboard.writeText(codes.join('\n'));
          toast(words.copied);
        }}
      >
        <Icon name="copy" />
        {words.copy}
      </button>
      <button type="button" class="btn primary" onClick={onKept}>
        {words.kept}
      </button>
    </div>
  </div>
);

const Prove = ({ onDone }: { onDone: () => void }) => {
  const form = useForm(v.object({ code }), async (body) => {
    await call(client.POST('/api/auth/totp/prove', { body }));
    toast(words.proved);
    onDone();
  });
  const { faults, general, isBusy } = form.state.value;
  return (
    <form class="form" noValidate onSubmit={form.onSubmit}>
      <p>{words.proveWhy}</p>
      <FormFault>{general}</FormFault>
      <CodeField fault={faults.code} />
      <div>
        <button class="btn primary" type="submit" disabled={isBusy}>
          {words.prove}
        </button>
      </div>
    </form>
  );
};

const Renew = ({ onCodes }: { onCodes: (codes: string[]) => void }) => {
  const form = useForm(v.object({ code }), async (body) =>
    onCodes((await call(client.POST('/api/auth/totp/recovery-codes', { body }))).recoveryCodes),
  );
  const { faults, general, isBusy } = form.state.value;
  return (
    <details>
      <summary>{words.renew}</summary>
      <form class="form" noValidate onSubmit={form.onSubmit}>
        <p>{words.renewMore}</p>
        <FormFault>{general}</FormFault>
        <CodeField fault={faults.code} />
        <div>
          <button class="btn" type="submit" disabled={isBusy}>
            {words.renew}
          </button>
        </div>
      </form>
    </details>
  );
};

const TurnOff = ({ onDone }: { onDone: () => void }) => {
  const form = useForm(v.object({ currentPassword: password, code }), async (body) => {
    await call(client.POST('/api/auth/totp/disable', { body }));
    toast(words.disabled);
    onDone();
  });
  const { faults, general, isBusy } = form.state.value;
  return (
    <details>
      <summary>{words.disable}</summary>
      <form class="form" noValidate onSubmit={form.onSubmit}>
        <FormFault>{general}</FormFault>
        <PasswordField fault={faults.currentPassword} />
        <CodeField fault={faults.code} />
        <div>
          <button class="btn danger" type="submit" disabled={isBusy}>
            {words.disable}
          </button>
        </div>
      </form>
    </details>
  );
};

export const SecondFactor = () => {
  const query = useQuery(secondFactorQuery);
  const session = useQuery(sessionQuery).data;
  const queries = useQueryClient();
  const [offer, setOffer] = useState<Offer | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const state = query.data;
  const again = async (): Promise<void> => {
    setOffer(null);
    setCodes(null);
    await Promise.all([
      queries.invalidateQueries({ queryKey: secondFactorQuery.queryKey }),
      queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    ]);
  };
  return (
    <section class="card second" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        {state && (
          <span class="more with-i">
            {state.isOn && <Icon name="shield-check" />}
            {state.isOn ? words.on : words.off}
          </span>
        )}
      </header>
      <div class="body">
        {query.isPending && <Bone h={120} />}
        {query.error && <ErrorBox error={query.error} />}
        {codes && <Codes codes={codes} onKept={again} />}
        {!codes && state && !state.isOn && (
          <>
            <p>{state.isRequired ? words.must : words.why}</p>
            {offer ? <Scan offer={offer} onCodes={setCodes} /> : <Start onOffer={setOffer} />}
          </>
        )}
        {!codes && state?.isOn && (
          <>
            {session?.secondFactor === 'prove' && <Prove onDone={again} />}
            <p>
              {state.since && words.since(day(state.since))} {words.left(state.recoveryCodesLeft)}{' '}
              {state.recoveryCodesLeft < 3 && words.few}
            </p>
            <Renew onCodes={setCodes} />
            <TurnOff onDone={again} />
          </>
        )}
      </div>
    </section>
  );
};
