/* A modal over the native <dialog>: it traps focus, closes on Esc, and gives focus back. On a phone it is a
   sheet that comes from the bottom. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icon';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  header?: ComponentChildren;
  class?: string;
}

/** The part that scrolls: when it does, it can be reached and scrolled by keyboard. */
const Scroll = ({ labelledBy, children }: { labelledBy: string; children: ComponentChildren }) => {
  const box = useRef<HTMLDivElement>(null);
  const [overflows, set] = useState(false);
  useEffect(() => {
    const outer = box.current;
    const inner = outer?.firstElementChild;
    if (!outer || !inner) return;
    const watch = new ResizeObserver(() => set(outer.scrollHeight > outer.clientHeight));
    watch.observe(outer);
    watch.observe(inner);
    return () => watch.disconnect();
  }, []);
  return (
    <div
      class="scroll"
      ref={box}
      {...(overflows && { tabIndex: 0, role: 'region', 'aria-labelledby': labelledBy })}
    >
      <div>{children}</div>
    </div>
  );
};

export const Dialog = ({ title, onClose, children, header, class: name }: DialogProps) => {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the dialog's own; the click is only for the backdrop
    <dialog
      ref={ref}
      class={`dlg ${name ?? ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <header>
        {header}
        <h2 id={id} class={header ? 'vh' : undefined}>
          {title}
        </h2>
        <button type="button" class="btn icon ghost" aria-label={t.close} onClick={onClose}>
          <Icon name="x" />
        </button>
      </header>
      <Scroll labelledBy={id}>{children}</Scroll>
    </dialog>
  );
};
