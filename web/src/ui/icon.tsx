import { crestId } from '../lib/crest';

/** An icon from the sprite; the names are those of src/icons/icons.json. */
export const Icon = ({ name }: { name: string }) => (
  <svg class="i" aria-hidden="true">
    <use href={`#i-${name}`} />
  </svg>
);

/** A team's crest. It always stands beside the team's name, so it is not read out. */
export const Crest = ({ crest }: { crest: number }) => (
  <svg class="crest" viewBox="0 0 40 40" aria-hidden="true">
    <use href={`#${crestId(crest)}`} />
  </svg>
);
