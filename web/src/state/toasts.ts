/* Short messages that come and go, with one optional action; also read out politely. */
import { signal } from '@preact/signals';

export interface Toast {
  id: number;
  text: string;
  isBad: boolean;
  action: { label: string; run: () => void } | null;
}

export const toasts = signal<readonly Toast[]>([]);
/** What the page's one polite live region says. */
export const announcement = signal('');

const SHOWN_MS = 5000;
let last = 0;

export const dismiss = (id: number): void => {
  toasts.value = toasts.value.filter((t) => t.id !== id);
};

export function announce(text: string): void {
  announcement.value = '';
  setTimeout(() => {
    announcement.value = text;
  }, 50);
}

export function toast(text: string, options: { isBad?: boolean; action?: Toast['action'] } = {}): void {
  const id = ++last;
  toasts.value = [
    ...toasts.value.slice(-2),
    { id, text, isBad: options.isBad ?? false, action: options.action ?? null },
  ];
  announce(text);
  setTimeout(() => dismiss(id), SHOWN_MS + (options.action ? 3000 : 0));
}
