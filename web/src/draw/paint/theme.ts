import { FILL_TOKENS } from '../../colour/tokens.ts';

/** All colours and fonts of the picture, as the canvas takes them. Made by {@link readTheme}, again whenever the page changes between light and dark. */
export interface Theme {
  /** By FILL_TOKENS. */
  readonly fills: ReadonlyMap<string, string>;
  /** What is told apart by colour has a pattern as well. */
  readonly isPatterned: boolean;
  readonly surface: string;
  readonly ink: string;
  readonly inkMuted: string;
  readonly line: string;
  readonly accent: string;
  readonly alarm: string;
  readonly inkOnAlarm: string;
  readonly fontUi: string;
  readonly fontMono: string;
}

const DARK_INK = '#10141c';
const LIGHT_INK = '#ffffff';

/** Reads the custom properties that an element inherits: `--kind-*`, `--surface`, `--ink` and so on. A missing one is magenta: seen at once. */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const pen = document.createElement('canvas').getContext('2d');
  // System colours (forced-colors) are what they are only where an element has them.
  const probe = element.appendChild(document.createElement('span'));
  probe.hidden = true;
  probe.style.setProperty('forced-color-adjust', 'none');
  const probed = getComputedStyle(probe);
  const colour = (property: string): string => {
    if (pen === null) return '#ff00ff';
    pen.fillStyle = '#ff00ff';
    probe.style.color = `var(${property}, #ff00ff)`;
    // The canvas takes any CSS colour, and gives back #rrggbb or rgba().
    pen.fillStyle = probed.color;
    return pen.fillStyle;
  };
  const fills = new Map(FILL_TOKENS.map((token) => [token, colour(`--${token}`)]));
  const alarm = colour('--alarm');
  const theme = {
    fills,
    isPatterned: style.getPropertyValue('--patterns').trim() === '1',
    surface: colour('--surface'),
    ink: colour('--ink'),
    inkMuted: colour('--ink-muted'),
    line: colour('--line'),
    accent: colour('--accent'),
    alarm,
    inkOnAlarm: inkOn(alarm),
    fontUi: style.getPropertyValue('--font-ui').trim() || 'sans-serif',
    fontMono: style.getPropertyValue('--font-mono').trim() || 'monospace',
  };
  probe.remove();
  return theme;
}

/** Dark or light text for a `#rrggbb` fill: the one with the higher contrast (WCAG 2). */
export function inkOn(fill: string): string {
  return contrast(fill, DARK_INK) >= contrast(fill, LIGHT_INK) ? DARK_INK : LIGHT_INK;
}

/** Contrast of two `#rrggbb` colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
