/**
 * The drawing interface of the diagram's painters: the few calls of a 2D context that they use, so that the same
 * picture can be drawn to other targets than a canvas. Patterns come from the creator of the pen (patterns.ts).
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
