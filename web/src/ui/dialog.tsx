/* A modal over the native <dialog>: it traps focus, closes on Esc, and gives focus back. On a phone it is a
   sheet that comes from the bottom. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icon';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  header?: ComponentChildren;
  class?: string;
}

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
      <div class="scroll">{children}</div>
    </dialog>
  );
};
