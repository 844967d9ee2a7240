/* Registers the service worker and offers a newer one when it is ready; it never takes over by itself. */
import { t } from '../i18n';
import { toast } from '../state/toasts';

const HOUR_MS = 3_600_000;

interface TrustedPolicy {
  createScriptURL(url: string): string;
}
interface TrustedFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): TrustedPolicy;
}

/* The content security policy wants script addresses to come from a named policy. */
function scriptUrl(url: string): string {
  const factory = (globalThis as { trustedTypes?: TrustedFactory }).trustedTypes;
  return factory
    ? factory.createPolicy('astralfield', { createScriptURL: (x) => x }).createScriptURL(url)
    : url;
}

function offer(waiting: ServiceWorker): void {
  toast(t.update.ready, {
    action: { label: t.update.reload, run: () => waiting.postMessage({ type: 'SKIP_WAITING' }) },
  });
}

export async function startWorker(): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const hadController = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (hadController) location.reload();
  });
  serviceWorker.addEventListener('message', (event) => {
    if (event.data?.type !== 'OUTBOX') return;
    if (event.data.ok) toast(t.lineup.keptSent);
    else toast(t.lineup.keptRefused, { isBad: true });
  });
  const registration: ServiceWorkerRegistration | undefined = await serviceWorker.register(
    scriptUrl('/sw.js'),
  );
  if (!registration) return; /* the browser is told to do without */
  if (registration.waiting && hadController) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const next = registration.installing;
    next?.addEventListener('statechange', () => {
      if (next.state === 'installed' && hadController) offer(next);
    });
  });
  const flush = (): void => registration.active?.postMessage({ type: 'FLUSH' });
  const check = (): void => {
    if (document.hidden) return;
    flush();
    void registration.update().catch(() => undefined);
  };
  addEventListener('online', flush);
  document.addEventListener('visibilitychange', check);
  setInterval(check, HOUR_MS);
  flush();
}
