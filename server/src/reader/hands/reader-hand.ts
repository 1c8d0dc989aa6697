import { handScript } from './hand.ts';

/** What reads /proc for the reader. */
export const READER_HAND = handScript('main.ts', 'reader-hand.js');
