import { handScript } from './hand.ts';

/** The script of the threads that read /proc for the reader. */
export const READER_HAND = handScript('main.ts', 'reader-hand.js');
