import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildHierarchy, FIRST_SIGHT } from '../axis/hierarchy.ts';
import { intervalsOf, library, type Line } from '../axis/maps.fixture.ts';
import { maskLevels } from '../axis/masks.ts';
import { classesByKind } from '../colour/by-kind.ts';
import { Diagram } from './diagram.ts';
import { PLAIN_THEME as theme } from './paint/theme.fixture.ts';

let frame: (() => void) | null = null;

/** A canvas that paints nothing, but records outlines and texts in painting order. */
function canvasOf(painted: string[] = []): HTMLCanvasElement {
  const calls: Readonly<Record<PropertyKey, unknown>> = {
    measureText: (text: string) => ({ width: text.length * 6 }),
    strokeRect: () => painted.push('outline'),
    fillText: (text: string) => painted.push(text),
  };
  const pen: unknown = new Proxy({}, { get: (_, name) => calls[name] ?? (() => null), set: () => true });
  return { width: 0, height: 0, getContext: () => pen } as unknown as HTMLCanvasElement;
}

const startOf = (i: number): number => 0x7_f000_0000 + i * 0x1000;
const libraries = Array.from({ length: 60 }, (_, i) => library(`/usr/lib/lib${i}.so`, startOf(i), 100 + i * 8)).flat();
const more = [1, 2, 3].map((i) => ({ start: 0x1000 * i, end: 0x1000 * i + 1 }));

function show(diagram: Diagram, lines: readonly Line[]): void {
  const intervals = intervalsOf(lines);
  const map = { intervals, hierarchy: buildHierarchy(intervals), options: FIRST_SIGHT, masks: maskLevels(intervals, intervals.kind) };
  diagram.setMap(map, classesByKind(intervals), null, false);
}

function paint(): void {
  const due = frame;
  frame = null;
  due?.();
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: (now: number) => void) => {
    frame = () => callback(performance.now());
    return 1;
  });
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  vi.stubGlobal('document', { createElement: () => canvasOf() });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the pointer at rest over a list, when a new map comes', () => {
  it('points at the old name’s regions until the next frame, then marks those of the name now there', () => {
    const diagram = new Diagram(canvasOf());
    diagram.setTheme(theme);
    diagram.resize(900, 640, 1);
    show(diagram, libraries);
    paint();
    const at = diagram.texts.find(({ text }) => text.includes('lib59.so'));
    const [x, y] = [(at?.left ?? NaN) + 4, ((at?.top ?? NaN) + (at?.bottom ?? NaN)) / 2];
    diagram.setHover(y, x);
    paint();
    expect(diagram.hit(y, x)?.listed?.startPage).toBe(startOf(59));

    show(diagram, [...libraries, ...more]);
    expect(diagram.hit(y, x)?.listed?.startPage).toBe(startOf(59));
    expect(diagram.hit(y, x)?.page).toBe(startOf(59));

    paint();
    const name = diagram.texts.find(({ place, left, right, top, bottom }) => place === 'box' && left <= x && x < right && top <= y && y < bottom)?.text;
    // The hover follows the pointer at once, without another frame.
    diagram.setHover(y, x);
    expect(frame).toBeNull();
    expect(name).toMatch(/^lib\d+\.so/);
    expect(diagram.hit(y, x)?.page).toBe(startOf(Number(/\d+/.exec(name ?? '')?.[0])));
  });
});

it('an outline is painted below the names: for regions a few pixels high it would strike them out', () => {
  const painted: string[] = [];
  const diagram = new Diagram(canvasOf(painted));
  diagram.setTheme(theme);
  diagram.resize(900, 640, 1);
  show(diagram, libraries);
  paint();
  painted.length = 0;
  diagram.marks.select({ startPage: startOf(59), endPage: startOf(59) + 1 });
  paint();
  const names = painted.flatMap((what, at) => (/lib\d+\.so/.test(what) ? [at] : []));
  expect(names.length).toBeGreaterThan(5);
  expect(painted).toContain('outline');
  expect(painted.lastIndexOf('outline')).toBeLessThan(Math.min(...names));
});
