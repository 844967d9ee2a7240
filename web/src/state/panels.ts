/* The panels that may lie over any page; at most one at a time. */
import { signal } from '@preact/signals';

export type PanelName = 'search' | 'help';
export const panel = signal<PanelName | null>(null);
/** The player whose card is open, and in which league his points count. */
export const openPlayer = signal<{ playerId: number; leagueId: number } | null>(null);

export const openPanel = (name: PanelName): void => {
  panel.value = name;
};
export const closePanel = (): void => {
  panel.value = null;
};
