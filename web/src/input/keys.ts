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
  | 'nextHit'
  | 'previousHit'
  | 'pause'
  | 'help'
  | 'escape'
  | 'picker'
  | 'table'
  | 'colour';

/** What a line of the help is about: what a person presses, what that does, and the commands behind it. */
interface KeyLine {
  readonly shown: readonly string[];
  readonly what: string;
  /** For each command the keys that give it: `event.key`; or, as `KeyW`, `event.code`, a place on the keyboard whatever the letters on it. */
  readonly commands: { readonly [C in Command]?: readonly string[] };
}

/** All keys, once: the page obeys them, the help lists them, and so does README (keys-table.ts). */
const LINES: readonly KeyLine[] = [
  {
    shown: ['Wheel', 'W', 'S', '+', '−'],
    what: 'Zoom in and out',
    commands: { zoomIn: ['KeyW', 'ArrowRight', '+', '='], zoomOut: ['KeyS', 'ArrowLeft', '-'] },
  },
  { shown: ['Drag', '↑', '↓', 'A', 'D'], what: 'Move up and down', commands: { panUp: ['KeyA', 'ArrowUp'], panDown: ['KeyD', 'ArrowDown'] } },
  { shown: ['Page ↑', 'Page ↓'], what: 'Move by a screen', commands: { pageUp: ['PageUp'], pageDown: ['PageDown'] } },
  { shown: ['Home', '0'], what: 'Fit everything', commands: { fit: ['Home', '0'] } },
  { shown: ['Click'], what: 'Pin a region', commands: {} },
  { shown: ['Double click', 'Enter'], what: 'Zoom to the region', commands: { open: ['Enter'] } },
  { shown: ['[', ']'], what: 'Region above, below', commands: { above: ['['], below: [']'] } },
  { shown: ['/'], what: 'Search and filter', commands: { search: ['/'] } },
  { shown: ['N', 'Shift N'], what: 'Next, previous match', commands: { nextHit: ['n'], previousHit: ['N'] } },
  { shown: ['P'], what: 'Show or hide the processes', commands: { picker: ['p'] } },
  { shown: ['T'], what: 'Show or hide the table', commands: { table: ['t'] } },
  { shown: ['C'], what: 'Colour by something else', commands: { colour: ['c'] } },
  { shown: ['Space'], what: 'Pause or go on', commands: { pause: [' '] } },
  { shown: ['Esc'], what: 'Let go, close', commands: { escape: ['Escape'] } },
  { shown: ['?'], what: 'These keys', commands: { help: ['?'] } },
];

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  LINES.flatMap(({ commands }) =>
    (Object.entries(commands) as [Command, readonly string[]][]).flatMap(([command, keys]) => keys.map((key) => [key, command] as const)),
  ),
);

/** The same, for people. */
export const KEY_HELP: readonly (readonly [keys: readonly string[], what: string])[] = LINES.map(({ shown, what }) => [shown, what]);

function commandBy({ code, key }: Pick<KeyboardEvent, 'code' | 'key'>): Command | null {
  // With caps lock a letter is large without Shift; where only its small form means something, so does the large one.
  return COMMANDS.get(code) ?? COMMANDS.get(key) ?? (key.length === 1 ? (COMMANDS.get(key.toLowerCase()) ?? null) : null);
}

/** null when the key means nothing, or means something to the element that has the focus. */
export function commandOf(event: KeyboardEvent): Command | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  const command = commandBy(event);
  const target = event.target;
  if (command === null || command === 'escape' || !(target instanceof HTMLElement)) return command;
  if (target.matches('input, textarea')) return null;
  const operable =
    target.closest('button, a, summary, [role="grid"], [role="treegrid"], [role="separator"], [role="menu"], [role="radiogroup"], [role="dialog"]') !== null;
  return operable && (event.key.length > 1 || event.key === ' ') ? null : command;
}
