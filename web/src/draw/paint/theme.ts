import { inkOn } from '../../colour/contrast.ts';
import { FILL_TOKENS } from '../../colour/tokens.ts';

/**
 * All colours and fonts of the picture, as the canvas takes them. Created by {@link readTheme}, again whenever the page
 * switches between light and dark.
 */
export interface Theme {
  /** By FILL_TOKENS. */
  readonly fills: ReadonlyMap<string, string>;
  /** Colour classes have patterns, too. */
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

/**
 * Reads the custom properties that an element inherits: `--kind-*`, `--surface`, `--ink` and so on. A missing one
 * becomes magenta, to be noticed at once.
 */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const pen = document.createElement('canvas').getContext('2d');
  // System colours (forced-colors) resolve only on an element.
  const probe = element.appendChild(document.createElement('span'));
  probe.hidden = true;
  probe.style.setProperty('forced-color-adjust', 'none');
  const probed = getComputedStyle(probe);
  const colour = (property: string): string => {
    if (pen === null) return '#ff00ff';
    pen.fillStyle = '#ff00ff';
    probe.style.color = `var(${property}, #ff00ff)`;
    // The canvas takes any CSS colour and returns #rrggbb or rgba().
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
