import type { AddressLabel } from './addresses.ts';
import { gutterFont, type GutterLine } from './gutter.ts';
import type { Label } from './label.ts';
import type { Scene } from '../paint/scene.ts';

/**
 * A text of the picture and its position, in CSS px from the top left of the canvas: tests check that it is readable.
 */
export interface TextBox {
  readonly text: string;
  readonly detail: string;
  readonly place: 'box' | 'gutter' | 'address';
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The items placed in one frame. */
export interface Placed {
  readonly scene: Scene;
  readonly labels: readonly Label[];
  readonly gutter: readonly GutterLine[];
  readonly addresses: readonly AddressLabel[];
}

export function textBoxes({ scene, labels, gutter, addresses }: Placed): TextBox[] {
  const { plot, measure, theme } = scene;
  const css = (x0: number, x1: number, y: number, height: number) => ({
    left: x0 / plot.dpr,
    right: x1 / plot.dpr,
    top: (y - height / 2 + plot.top) / plot.dpr,
    bottom: (y + height / 2 + plot.top) / plot.dpr,
  });
  const right = plot.gutterX + plot.gutterWidth;
  const addressHeight = plot.addressFont * plot.dpr;
  const addressFont = `${Math.round(addressHeight)}px ${theme.fontMono}`;
  return [
    ...labels
      .filter(({ name }) => name !== '')
      .map(({ name, detail, x, y, width, height, font }) => ({
        text: name,
        detail,
        place: 'box' as const,
        ...css(x, x + width, y, Math.min(height, Number.parseInt(font, 10))),
      })),
    ...gutter.map(({ text, y, isTitle }) => ({
      text,
      detail: '',
      place: 'gutter' as const,
      ...css(right - measure(text, gutterFont(scene, isTitle)), right, y, 11 * plot.dpr),
    })),
    ...addresses.map(({ page, y }) => ({
      text: `page ${page}`,
      detail: '',
      place: 'address' as const,
      ...css(plot.addressX, plot.addressX + measure('0'.repeat(17), addressFont), y, addressHeight),
    })),
  ];
}
