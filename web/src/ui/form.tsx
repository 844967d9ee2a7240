/* Forms: native constraints and labels, checked by valibot before sending, the server's field errors put back
   at their fields. */
import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import * as v from 'valibot';
import { isApiError } from '../api/problem';
import { t } from '../i18n';

export interface FormState {
  faults: Record<string, string>;
  /** What went wrong with the whole form. */
  general: string | null;
  isBusy: boolean;
}

const idle: FormState = { faults: {}, general: null, isBusy: false };

/** Puts the first fault of each field under its name; what belongs to no field is said above the button. */
export function faultsFrom(error: unknown, fields: readonly string[]): Pick<FormState, 'faults' | 'general'> {
  if (!isApiError(error)) return { faults: {}, general: t.errors.generic };
  const faults: Record<string, string> = {};
  for (const name of fields) {
    const message = error.field(name);
    if (message) faults[name] = message;
  }
  return { faults, general: Object.keys(faults).length === 0 ? error.message : null };
}

export function useForm<S extends v.ObjectSchema<v.ObjectEntries, undefined>>(
  schema: S,
  submit: (values: v.InferOutput<S>) => Promise<void>,
) {
  const state = useSignal<FormState>(idle);
  const isBusy = useComputed(() => state.value.isBusy);
  const onSubmit = async (event: JSX.TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (state.peek().isBusy) return;
    const form = event.currentTarget;
    const parsed = v.safeParse(schema, Object.fromEntries(new FormData(form)));
    const focusFirst = (): void => {
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
    };
    if (!parsed.success) {
      const faults: Record<string, string> = {};
      for (const issue of parsed.issues) faults[v.getDotPath(issue) ?? ''] ??= issue.message;
      state.value = { ...idle, faults };
      focusFirst();
      return;
    }
    state.value = { ...idle, isBusy: true };
    try {
      await submit(parsed.output);
      state.value = idle;
    } catch (error) {
      state.value = { ...idle, ...faultsFrom(error, Object.keys(schema.entries)) };
      focusFirst();
    }
  };
  return { state, isBusy, onSubmit };
}

interface FieldProps extends Omit<JSX.IntrinsicElements['input'], 'label' | 'form'> {
  name: string;
  label: string;
  hint?: string;
  fault?: string | undefined;
}

export const TextField = ({ label, hint, fault, ...input }: FieldProps) => {
  const id = useId();
  return (
    <div class="f">
      <label for={id}>{label}</label>
      <input
        {...input}
        id={id}
        class="input"
        aria-invalid={fault ? 'true' : undefined}
        aria-describedby={fault ? `${id}-bad` : hint ? `${id}-hint` : undefined}
      />
      {fault ? (
        <span class="bad" id={`${id}-bad`}>
          {fault}
        </span>
      ) : (
        hint && (
          <span class="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )
      )}
    </div>
  );
};

interface ChoiceProps {
  name: string;
  legend: string;
  options: readonly { value: string; label: string; more?: string }[];
  initial: string;
}

export const Choices = ({ name, legend, options, initial }: ChoiceProps) => (
  <fieldset class="f">
    <legend class="f">{legend}</legend>
    <div class="choices">
      {options.map((o) => (
        <label key={o.value}>
          <input type="radio" name={name} value={o.value} defaultChecked={o.value === initial} />
          <b>{o.label}</b>
          {o.more && <small>{o.more}</small>}
        </label>
      ))}
    </div>
  </fieldset>
);

export const FormFault = ({ children }: { children: ComponentChildren }) =>
  children ? (
    <p class="bad" role="alert">
      {children}
    </p>
  ) : null;
