/** What a key asks for, wherever the focus is (but for a text field and the widgets that use the key themselves). */
export type Command =
  | 'panUp'
  | 'panDown'
  | 'pageUp'
  | 'pageDown'
  | 'zoomIn'
  | 'zoomOut'
  | 'fit'
  | 'open'
  | 'above'
  | 'below'
  | 'search'
  | 'pause'
  | 'help'
  | 'escape'
  | 'picker'
  | 'table';

const COMMANDS: Readonly<Record<string, Command>> = {
  ArrowUp: 'panUp',
  a: 'panUp',
  ArrowDown: 'panDown',
  d: 'panDown',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  ArrowRight: 'zoomIn',
  w: 'zoomIn',
  '+': 'zoomIn',
  '=': 'zoomIn',
  ArrowLeft: 'zoomOut',
  s: 'zoomOut',
  '-': 'zoomOut',
  Home: 'fit',
  '0': 'fit',
  Enter: 'open',
  '[': 'above',
  ']': 'below',
  '/': 'search',
  ' ': 'pause',
  p: 'picker',
  t: 'table',
  '?': 'help',
  Escape: 'escape',
};

/** The same, for people: the help overlay. */
export const KEY_HELP: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['Wheel', 'W', 'S', '+', '−'], 'Zoom in and out'],
  [['Drag', '↑', '↓', 'A', 'D'], 'Move up and down'],
  [['Page ↑', 'Page ↓'], 'Move by a whole screen'],
  [['Home', '0'], 'Fit everything'],
  [['Click'], 'Pin a region in the inspector'],
  [['Double click', 'Enter'], 'Zoom to the region'],
  [['[', ']'], 'Region above, region below'],
  [['/'], 'Search names, addresses, permissions'],
  [['P'], 'Show or hide the processes'],
  [['T'], 'Show or hide the table'],
  [['Space'], 'Pause or go on'],
  [['Esc'], 'Let go of the selection, close'],
  [['?'], 'These keys'],
];

/** null when the key means nothing, or means something to the element that has the focus. */
export function commandOf(event: KeyboardEvent): Command | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const command = COMMANDS[key] ?? null;
  const target = event.target;
  if (command === null || command === 'escape' || !(target instanceof HTMLElement)) return command;
  if (target.matches('input, textarea')) return null;
  const operable =
    target.closest('button, a, summary, [role="grid"], [role="treegrid"], [role="separator"], [role="menu"], [role="radiogroup"], [role="dialog"]') !== null;
  return operable && (key.length > 1 || key === ' ') ? null : command;
}
