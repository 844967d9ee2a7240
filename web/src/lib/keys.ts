/* Keyboard shortcuts. Single letters only work outside of fields and can be turned off (WCAG 2.1.4). */
import { hasShortcuts } from '../state/prefs';

type Action = () => void;
const single = new Map<string, Action[]>();

/** Binds a key ("/", "e") or a pair ("g m") until the returned function is called. The newest binding wins. */
export function bind(keys: string, action: Action): () => void {
  const list = single.get(keys) ?? [];
  list.push(action);
  single.set(keys, list);
  return () => {
    const at = list.lastIndexOf(action);
    if (at >= 0) list.splice(at, 1);
  };
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const PAIR_MS = 1200;
let prefixAt = Number.NEGATIVE_INFINITY;

function run(keys: string, event: KeyboardEvent): boolean {
  const action = single.get(keys)?.at(-1);
  if (!action) return false;
  event.preventDefault();
  action();
  return true;
}

/** Moves focus to the next or previous element marked data-row. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter(
    (r) => r.offsetParent !== null,
  );
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]?.focus();
}

export function onKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    run('mod+k', event);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isField(event.target) || document.querySelector('dialog[open]') || !hasShortcuts.value) return;
  const isPair = event.timeStamp - prefixAt < PAIR_MS;
  prefixAt = Number.NEGATIVE_INFINITY;
  if (isPair && run(`g ${event.key}`, event)) return;
  if (event.key === 'g') prefixAt = event.timeStamp;
  else if (event.key === 'j') step(1);
  else if (event.key === 'k') step(-1);
  else run(event.key, event);
}
