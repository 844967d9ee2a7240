import { useSignal } from '@preact/signals';
import { call, client } from '../../api/client';
import { isApiError } from '../../api/problem';
import { t } from '../../i18n';
import { dateTime } from '../../i18n/format';
import { toast } from '../../state/toasts';
import { Dialog } from '../../ui/dialog';
import { FormFault } from '../../ui/form';
import { Icon } from '../../ui/icon';

const Invite = ({ leagueId, onClose }: { leagueId: number; onClose: () => void }) => {
  const made = useSignal<{ code: string; expiresAt: string } | null>(null);
  const fault = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const make = async (): Promise<void> => {
    isBusy.value = true;
    fault.value = null;
    try {
      made.value = await call(
        client.POST('/api/leagues/{leagueId}/invites', { params: { path: { leagueId } }, body: {} }),
      );
    } catch (error) {
      fault.value = isApiError(error) ? error.message : t.errors.generic;
    } finally {
      isBusy.value = false;
    }
  };
  const link = made.value === null ? '' : `${location.origin}/join/${made.value.code}`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link);
    toast(t.league.copied);
  };
  return (
    <Dialog title={t.league.invite} onClose={onClose}>
      <div class="form">
        <p class="t2">{t.league.inviteText}</p>
        <FormFault>{fault.value}</FormFault>
        {made.value === null ? (
          <button
            type="button"
            class="btn primary big wide"
            disabled={isBusy.value}
            onClick={() => void make()}
          >
            {t.league.inviteMake}
          </button>
        ) : (
          <>
            <input
              class="input"
              readOnly
              value={link}
              aria-label={t.league.invite}
              onFocus={(event) => event.currentTarget.select()}
            />
            {navigator.clipboard !== undefined && (
              <button type="button" class="btn primary big wide" onClick={() => void copy()}>
                <Icon name="copy" />
                {t.league.copy}
              </button>
            )}
            <p class="meta">{t.league.inviteExpires(dateTime(made.value.expiresAt))}</p>
          </>
        )}
      </div>
    </Dialog>
  );
};

export default Invite;
