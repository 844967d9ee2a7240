/* The viewer's own settings: theme, row density, single-key shortcuts, and the league last looked at. */
import { effect, signal } from '@preact/signals';
import { load, save } from '../lib/storage';

export type Theme = 'system' | 'dark' | 'light';
export type Density = 'comfortable' | 'compact';

const oneOf = <T extends string>(value: string | null, all: readonly T[], otherwise: T): T =>
  all.find((x) => x === value) ?? otherwise;

export const theme = signal<Theme>(oneOf(load('theme'), ['system', 'dark', 'light'], 'system'));
export const density = signal<Density>(oneOf(load('density'), ['comfortable', 'compact'], 'comfortable'));
export const hasShortcuts = signal(load('shortcuts') !== 'off');
export const lastLeagueId = signal<number | null>(Number(load('league')) || null);

/** Applies the settings to the page and keeps them; called once at start. */
export function startPrefs(): void {
  const light = matchMedia('(prefers-color-scheme: light)');
  const root = document.documentElement;
  const paint = (): void => {
    const isLight = theme.value === 'light' || (theme.value === 'system' && light.matches);
    root.dataset.theme = isLight ? 'light' : 'dark';
    document
      .querySelector('meta[name=theme-color]')
      ?.setAttribute('content', isLight ? '#f4f6f9' : '#090b10');
  };
  light.addEventListener('change', paint);
  effect(() => {
    save('theme', theme.value);
    paint();
  });
  effect(() => {
    save('density', density.value);
    root.dataset.density = density.value;
  });
  effect(() => save('shortcuts', hasShortcuts.value ? 'on' : 'off'));
  effect(() => {
    if (lastLeagueId.value !== null) save('league', String(lastLeagueId.value));
  });
}
