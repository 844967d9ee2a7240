/* A draft in the shapes its page shows. Pure. */
import type { DraftDoc, DraftPick, League, PlayerRef } from '../api/types';

/** "4.06": the sixth pick of the fourth round. */
export const pickLabel = (number: number, teams: number): string =>
  `${Math.ceil(number / teams)}.${String(((number - 1) % teams) + 1).padStart(2, '0')}`;

export interface BoardRow {
  round: number;
  /** In the order of the first round, one per team; null where the board is not drawn yet. */
  cells: (DraftPick | null)[];
}

/** The whole board, one row per round, one column per team. */
export function boardRows(doc: DraftDoc): BoardRow[] {
  const column = new Map(doc.order.map((team, i) => [team.id, i]));
  const rows = Array.from({ length: doc.rounds }, (_, i) => ({
    round: i + 1,
    cells: doc.order.map((): DraftPick | null => null),
  }));
  for (const pick of doc.picks) {
    const at = column.get(pick.team.id);
    const row = rows[Math.ceil(pick.number / doc.order.length) - 1];
    if (at !== undefined && row) row.cells[at] = pick;
  }
  return rows;
}

/** The five rounds around the current one. */
export function nearRounds(rows: readonly BoardRow[], round: number): BoardRow[] {
  const from = Math.max(0, Math.min(round - 3, rows.length - 5));
  return rows.slice(from, from + 5);
}

/** The picks to come after the current one. */
export const upcoming = (doc: DraftDoc, count: number): DraftPick[] =>
  doc.currentPick === null
    ? []
    : doc.picks.slice(doc.currentPick, doc.currentPick + count).filter((p) => p.player === null);

export const takenIds = (doc: DraftDoc): Set<number> =>
  new Set(doc.picks.flatMap((p) => (p.player ? [p.player.id] : [])));

/* Flexible places and who may have them (src/rules/slot.def); any other slot takes its own position, the bench all. */
const flexible: Record<string, readonly string[]> = {
  FLEX: ['RB', 'WR', 'TE'],
  WRRB_FLEX: ['RB', 'WR'],
  REC_FLEX: ['WR', 'TE'],
  SUPER_FLEX: ['QB', 'RB', 'WR', 'TE'],
  IDP_FLEX: ['DL', 'LB', 'DB'],
};
const wants = (slot: string): readonly string[] | null => (slot === 'BN' ? null : (flexible[slot] ?? [slot]));

export interface Place {
  slot: string;
  player: PlayerRef | null;
}

/** A team's picks put where they would start: own positions first, then flexible places, then the bench. */
export function rosterPlaces(
  slots: League['settings']['rosterSlots'],
  picked: readonly PlayerRef[],
): Place[] {
  const places: Place[] = slots
    .filter((s) => s.slot !== 'IR' && s.slot !== 'TAXI')
    .flatMap((s) => Array.from({ length: s.count }, () => ({ slot: s.slot, player: null })));
  const byWidth = [...places].sort((a, b) => (wants(a.slot)?.length ?? 99) - (wants(b.slot)?.length ?? 99));
  for (const player of picked) {
    const place = byWidth.find(
      (p) => p.player === null && (wants(p.slot)?.includes(player.position) ?? true),
    );
    if (place) place.player = player;
    else places.push({ slot: 'BN', player });
  }
  return places;
}

/** Time left as a clock shows it, the started second counted whole: "0:42", "1:05:00". */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
