/* Tabs of a phone page: which part is shown is an attribute of the page, the hiding is CSS; on a desktop all
   parts are there and the tabs are not. */
import type { Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';

interface TabsProps<T extends string> {
  tabs: readonly { id: T; label: string }[];
  current: Signal<T>;
  label: string;
}

export function Tabs<T extends string>({ tabs, current, label }: TabsProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    const at = tabs.findIndex((x) => x.id === current.value);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (!next) return;
    current.value = next.id;
    box.current?.querySelectorAll('button')[tabs.indexOf(next)]?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={box} onKeyDown={onKeyDown}>
      {tabs.map((x) => (
        <button
          key={x.id}
          type="button"
          role="tab"
          aria-selected={current.value === x.id}
          tabIndex={current.value === x.id ? 0 : -1}
          onClick={() => {
            current.value = x.id;
          }}
        >
          {x.label}
        </button>
      ))}
    </div>
  );
}
