import { type Catalogue, en } from './en';

/** The words in use. */
export const t: Catalogue = en;
