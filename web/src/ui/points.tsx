/* Numbers that tick. Each is its own small component over one signal: a score frame redraws the number only. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { points, scoreParts, signed } from '../i18n/format';
import { bump, type CellKind, cell, cellKey, readScore } from '../state/scores';

export interface Ticking {
  kind: CellKind;
  league: number;
  week: number;
  id: number;
}

/** The newest points: what the socket said since the document was read, or the document's own. */
export function useTicking(at: Ticking, base: number | null): number | null {
  const key = cellKey(at.kind, at.league, at.week, at.id);
  useEffect(() => readScore(key, base), [key, base]);
  return cell(key).value ?? base;
}

/** True once the value has changed after the first paint: only then may it move. */
function useChanged(value: number | null): boolean {
  const first = useRef(value);
  const hasChanged = useSignal(false);
  useEffect(() => {
    if (first.current !== value) hasChanged.value = true;
  }, [value, hasChanged]);
  return hasChanged.value;
}

export const Points = ({ at, base }: { at: Ticking; base: number | null }) => {
  const value = useTicking(at, base);
  const moves = useChanged(value);
  return (
    <b key={moves ? value : 'first'} class={moves ? 'roll' : undefined}>
      {value === null ? '–' : points(value)}
    </b>
  );
};

export const Score = ({ at, base }: { at: Ticking; base: number }) => {
  const value = useTicking(at, base) ?? base;
  const moves = useChanged(value);
  const [whole, fraction] = scoreParts(value);
  return (
    <div class="big score">
      <span class="vh">{points(value)}</span>
      <span aria-hidden="true" key={moves ? value : 'first'} class={moves ? 'roll' : undefined}>
        {whole}
        <sup>{fraction}</sup>
      </span>
    </div>
  );
};

/** "+6.1" for a few seconds after a player scored. */
export const Bump = ({ at, class: name }: { at: Ticking; class: string }) => {
  const value = bump(cellKey(at.kind, at.league, at.week, at.id)).value;
  return value === null ? null : <span class={name}>{signed(value)}</span>;
};
