import { PAGE_BYTES, type Visit } from './visit.ts';

/** One frame: where a page's lower edge was, and the scale. */
export interface Frame {
  readonly at: number;
  readonly y: number;
  readonly scale: number;
}

/** Records the position of a page of memory in each animation frame from now on. Returns a function that reads the record. */
export async function film({ page }: Visit, target: number, fraction = 0): Promise<() => Promise<Frame[]>> {
  await page.evaluate(
    ([at, part]) => {
      const frames: Frame[] = [];
      (window as unknown as { film: Frame[] }).film = frames;
      const note = (now: number): void => {
        const diagram = window.procmapDiagram;
        if (diagram === undefined || (window as unknown as { film: Frame[] }).film !== frames) return;
        const { pixelsPerPage, camera } = diagram.view;
        frames.push({ at: now, y: diagram.yOf(at) - part * pixelsPerPage, scale: camera.scale });
        requestAnimationFrame(note);
      };
      requestAnimationFrame(note);
    },
    [target, fraction] as const,
  );
  return () => page.evaluate(() => (window as unknown as { film: Frame[] }).film);
}

/** Opens a process at a mapping that is `px` high and in the middle; returns its first page. */
export async function openAt(
  visit: Visit,
  start: (program: 'known') => Promise<{ pid: number; mappings: { name: string; start: number; length: number }[] }>,
): Promise<number> {
  const known = await start('known');
  const shared = known.mappings.find(({ name }) => name === 'shared');
  if (shared === undefined) throw new Error('the fixture has no shared mapping');
  await visit.open(known.pid);
  const { page, picture } = visit;
  await visit.goTo(shared.start);
  await page.keyboard.press('Escape');
  for (let i = 0; i < 4; i++) await page.keyboard.press('-');
  await picture.settled();
  return shared.start / PAGE_BYTES;
}

export function steps(frames: readonly Frame[], of: (frame: Frame) => number): number[] {
  return frames.slice(1).map((frame, i) => of(frame) - of(frames[i] ?? frame));
}
