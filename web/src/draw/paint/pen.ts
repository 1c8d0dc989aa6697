/**
 * What the painters of the diagram draw with: the few calls of a 2D context that they use, so that the same picture can go to something else than a canvas.
 * Patterns are made by whoever makes the pen (patterns.ts).
 */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'beginPath'
  | 'clip'
  | 'fill'
  | 'fillRect'
  | 'fillStyle'
  | 'fillText'
  | 'font'
  | 'globalAlpha'
  | 'lineWidth'
  | 'rect'
  | 'restore'
  | 'roundRect'
  | 'save'
  | 'setTransform'
  | 'strokeRect'
  | 'strokeStyle'
  | 'textAlign'
  | 'textBaseline'
>;
