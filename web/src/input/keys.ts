/** One line for people: the action, the keys of each command, and the equivalent of the pointer (`also`). */
interface Line {
  readonly what: string;
  readonly keys: Readonly<Record<string, readonly [string, ...string[]]>>;
  readonly also?: readonly string[];
}

/**
 * The only table of keys, for input, help overlay and README (keys-table.fixture.ts). A key is named by the character it types
 * (`KeyboardEvent.key`, letters in lower case, with `Shift+` before where that matters), or by its place on the
 * keyboard (`code:` and a `KeyboardEvent.code`). Tooltips name the first key of a command.
 */
export const KEY_TABLE = [
  {
    what: 'Zoom in and out; Shift: faster',
    keys: { zoomIn: ['code:KeyW', 'ArrowRight', '+', '='], zoomOut: ['code:KeyS', 'ArrowLeft', '-'] },
    also: ['Wheel'],
  },
  {
    what: 'Move up and down; Shift: faster',
    keys: { panUp: ['code:KeyA', 'ArrowUp'], panDown: ['code:KeyD', 'ArrowDown'] },
    also: ['Drag'],
  },
  { what: 'Move by a screen', keys: { pageUp: ['PageUp'], pageDown: ['PageDown'] } },
  { what: 'Fit everything', keys: { fit: ['Home', '0'] } },
  { what: 'Select a region', keys: {}, also: ['Click'] },
  { what: 'Zoom to the region', keys: { open: ['Enter'] }, also: ['Double click'] },
  { what: 'Next mapping above or below; with Shift, gaps too', keys: { mappingAbove: ['['], mappingBelow: [']'], regionAbove: ['{'], regionBelow: ['}'] } },
  { what: 'Go to an address', keys: { goTo: ['g'] } },
  { what: 'Search and filter', keys: { search: ['/'] } },
  { what: 'Next, previous match', keys: { nextHit: ['n'], previousHit: ['Shift+n'] } },
  { what: 'Show or hide the processes', keys: { picker: ['p'] } },
  { what: 'Show or hide the table', keys: { table: ['t'] } },
  { what: 'Show or hide the threads', keys: { threads: ['l'] } },
  { what: 'Open or close the kernel half', keys: { kernel: ['k'] } },
  { what: 'Heights by address space or resident memory', keys: { heights: ['r'] } },
  { what: 'Change colouring', keys: { colour: ['c'] } },
  { what: 'Share a picture of the view', keys: { share: ['x'] } },
  { what: 'Pause or resume', keys: { pause: [' '] } },
  { what: 'Deselect, close', keys: { escape: ['Escape'] } },
  { what: 'Show these keys', keys: { help: ['?'] } },
] as const satisfies readonly Line[];

type KeysOf<T> = T extends Line ? keyof T['keys'] : never;

/** The command of a key, wherever the focus is (except text fields, and widgets that use the key themselves). */
export type Command = KeysOf<(typeof KEY_TABLE)[number]>;

/** These continue as long as the key is down. */
export const HELD = ['panUp', 'panDown', 'zoomIn', 'zoomOut'] as const satisfies readonly Command[];
export type HeldCommand = (typeof HELD)[number];

export function isHeld(command: Command): command is HeldCommand {
  return HELD.some((each) => each === command);
}

const LINES: readonly Line[] = KEY_TABLE;
/** The keys of each command. */
export const KEYS = Object.assign({}, ...LINES.map(({ keys }) => keys)) as Readonly<Record<Command, readonly [string, ...string[]]>>;
const COMMANDS = new Map(Object.entries(KEYS).flatMap(([command, names]) => names.map((name) => [name, command as Command] as const)));

const LABELS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  Escape: 'Esc',
  ' ': 'Space',
  '-': '−',
  // The plus without its Shift.
  '=': '',
};

/** Label of a key in the table; '' for one that need not be mentioned. */
function labelOf(name: string): string {
  const label = LABELS[name];
  if (label !== undefined) return label;
  const plain = name.replace('code:Key', '').replace('Shift+', '');
  return name.startsWith('Shift+') ? `Shift ${plain.toUpperCase()}` : plain.length === 1 ? plain.toUpperCase() : plain;
}

/** Label of the key of a command, for tooltips and hints: `Esc`, `T`. */
export function keyLabel(command: Command): string {
  return labelOf(KEYS[command][0]);
}

/** Keys and action of each line, for people. */
export const KEY_HELP: readonly { readonly keys: readonly string[]; readonly what: string }[] = LINES.map(({ what, keys, also = [] }) => ({
  what,
  keys: [...also, ...Object.values(keys).flat().map(labelOf)].filter((label) => label !== ''),
}));

/** The fields of a KeyboardEvent that identify the key. */
interface Stroke {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
}

/**
 * The command of a key. The character it types counts first: if a layout has one of our letters at the place of
 * another, the letter is meant.
 */
export function meaningOf({ key, code, shiftKey }: Stroke): Command | null {
  const letter = letterOf(key, code);
  const typed = (shiftKey ? COMMANDS.get(`Shift+${letter}`) : undefined) ?? COMMANDS.get(letter);
  // An on-screen keyboard has no places: its W is the letter W.
  const place = code === '' ? `code:Key${letter.toUpperCase()}` : `code:${code}`;
  return typed ?? COMMANDS.get(place) ?? null;
}

/** In lower case. For an alphabet without Latin letters: the letter at that place of a Latin keyboard. */
function letterOf(key: string, code: string): string {
  if (key.length !== 1) return key;
  const isForeign = /\p{L}/u.test(key) && !/\p{Script=Latin}/u.test(key);
  const at = isForeign ? (/^Key([A-Z])$/.exec(code)?.[1] ?? BRACKETS[code]) : undefined;
  return (at ?? key).toLowerCase();
}

/** Keys that are letters in many alphabets. */
const BRACKETS: Readonly<Record<string, string>> = { BracketLeft: '[', BracketRight: ']' };

/** null if the key has no command, or the focused element uses it. */
export function commandOf(event: KeyboardEvent): Command | null {
  // AltGr types brackets on many keyboards, and some systems report it as Ctrl+Alt.
  const altGr = event.getModifierState('AltGraph');
  if (event.defaultPrevented || event.isComposing || event.metaKey || ((event.ctrlKey || event.altKey) && !altGr)) return null;
  const command = meaningOf(event);
  const target = event.target;
  if (command === null || command === 'escape' || !(target instanceof HTMLElement)) return command;
  // After a dialog closes, an element inside it may keep the focus for a moment.
  if (target.closest('dialog:not([open])') !== null) return command;
  if (target.matches('input, textarea')) return null;
  const operable =
    target.closest('button, a, summary, [role="grid"], [role="treegrid"], [role="separator"], [role="menu"], [role="radiogroup"], [role="dialog"]') !== null;
  return operable && (event.key.length > 1 || event.key === ' ') ? null : command;
}

/** True for a letter, a digit or a character used in names, typed outside text fields. */
export function isText(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.defaultPrevented || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return false;
  if (target instanceof HTMLElement && target.matches('input, textarea')) return false;
  return /^[\p{L}\p{N}._-]$/u.test(event.key);
}

/** The same for keydown and keyup, even if Shift changes in between. */
export function keyIdentity({ key, code }: Stroke): string {
  return code === '' ? key : code;
}

/** True if Shift means more speed, rather than being needed to type the key. */
export function isFast({ key, shiftKey }: Stroke): boolean {
  return shiftKey && !['+', '=', '-'].includes(key);
}
