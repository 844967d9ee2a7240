/* A team's crest is a number; the twelve motifs are drawn in the sprite (src/icons/crests.json). */
export const CREST_COUNT = 12;

/** The sprite's id for any whole number, negative ones included. */
export const crestId = (crest: number): string =>
  `c-${((Math.trunc(crest) % CREST_COUNT) + CREST_COUNT) % CREST_COUNT}`;
