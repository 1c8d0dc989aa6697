import type { Diagram } from './draw/diagram.ts';

declare global {
  interface Window {
    /** For tests: what lies where on the canvas. */
    procmapDiagram?: Diagram;
  }
}
