/* What users and operators see while something is switched off: a page of its own, or a note above every page. */
import { Link } from 'wouter-preact';
import { t } from '../i18n';
import { dateTime } from '../i18n/format';
import { type Mode, useMode } from '../state/mode';
import { useUser } from '../state/session';
import { Icon } from './icon';
import { Empty } from './states';

const Until = ({ mode }: { mode: Mode }) =>
  mode.until === null ? null : <small>{t.mode.until(dateTime(mode.until))}</small>;

/** Instead of every page, for those who cannot read. It goes away by itself. */
export const ModePage = ({ mode }: { mode: Mode }) => (
  <main id="main" role="status">
    <Empty
      icon="clock"
      title={mode.mode === 'recovery' ? t.mode.recovery : t.mode.maintenance}
      isPage
      actions={
        mode.mode !== 'recovery' && (
          <Link class="btn" href="/sign-in">
            {t.mode.operators}
          </Link>
        )
      }
    >
      <p>{mode.message ?? t.mode.maintenanceMore}</p>
      <p>{t.mode.clocks}</p>
      <Until mode={mode} />
    </Empty>
  </main>
);

/** On every page: for operators in any mode, for users when they can read and not write. */
export const ModeNote = () => {
  const mode = useMode();
  const isOperator = useUser()?.isOperator === true;
  if (mode === null) return null;
  return (
    <p class="offline" role="status">
      <Icon name={mode.mode === 'lockdown' ? 'lock' : 'triangle-alert'} />
      <span>
        <b>{isOperator ? t.mode.forOperators[mode.mode] : t.mode.readOnly}</b> {mode.message ?? ''}{' '}
        <Until mode={mode} />
      </span>
    </p>
  );
};
