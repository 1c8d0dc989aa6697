import type { Theme } from './theme.ts';

/** A theme without colours of classes, for pictures that nobody looks at. */
export const PLAIN_THEME: Theme = {
  fills: new Map(),
  isPatterned: false,
  surface: '#fff',
  ink: '#000',
  inkMuted: '#555',
  line: '#cccccc',
  accent: '#00f',
  alarm: '#f00',
  inkOnAlarm: '#fff',
  fontUi: 'sans-serif',
  fontMono: 'monospace',
};
