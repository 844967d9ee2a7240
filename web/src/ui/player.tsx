/* How players look everywhere: plate, position pill, tags, shortened name. */
import type { PlayerRef } from '../api/types';
import { t } from '../i18n';
import { slotClass, slotName } from '../lib/game';

export const Plate = ({ player }: { player: PlayerRef }) => {
  const hasNumber = player.jersey !== null;
  return (
    <span class={`plate ${slotClass(player.position)}${hasNumber ? '' : ' club'}`} aria-hidden="true">
      {hasNumber ? player.jersey : (player.nflTeam ?? '–')}
    </span>
  );
};

export const Pos = ({ slot }: { slot: string }) => (
  <span class={`pos ${slotClass(slot)}`}>{slotName(slot)}</span>
);

/** "Jalen Whitlock" and, where there is little room, "J. Whitlock". Team defences keep their name. */
export function shortName(p: PlayerRef): string {
  if (slotName(p.position) === 'DST') return p.name;
  const [first, ...rest] = p.firstName && p.lastName ? [p.firstName, p.lastName] : p.name.split(' ');
  return first && rest.length > 0 ? `${first[0]}. ${rest.join(' ')}` : p.name;
}

const injuryTags: Record<string, [text: string, kind: string]> = {
  questionable: ['Q', 'warn'],
  doubtful: ['D', 'warn'],
  out: ['Out', 'out'],
  ir: ['IR', 'out'],
  injured_reserve: ['IR', 'out'],
  pup: ['PUP', 'out'],
  suspended: ['Susp', 'out'],
};

export const InjuryTag = ({ player }: { player: PlayerRef }) => {
  if (!player.injuryStatus) return null;
  const [text, kind] = injuryTags[player.injuryStatus.toLowerCase()] ?? [player.injuryStatus, 'warn'];
  return (
    <>
      {' '}
      <span class={`tag ${kind}`}>
        <span aria-hidden="true">{text}</span>
        <span class="vh">{player.injuryStatus}</span>
      </span>
    </>
  );
};

export const SampleTag = ({ player }: { player: PlayerRef }) =>
  player.isSample ? <span class="tag warn">{t.players.sampleTag}</span> : null;
