import type { Diagram } from './draw/diagram.ts';

declare global {
  interface Window {
    /** For tests: the positions of everything on the canvas. */
    procmapDiagram?: Diagram;
  }
}
