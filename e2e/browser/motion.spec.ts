import { film, openAt, steps } from './film.ts';
import { expect, test } from './test.ts';

/**
 * Motion of the picture: a held point stays under the pointer, a throw continues, an interruption stops it where it is.
 */
test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('wheel notches glide, add up, and keep the place under the pointer in every frame', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const y = Math.round(await picture.yOf(target));
  const { x, y: onPage } = await picture.pointAt(y);
  await page.mouse.move(x, onPage);
  const spot = await page.evaluate((at) => window.procmapDiagram?.pageAt(at), y);
  if (spot === undefined || spot === null) throw new Error('there is nothing under the pointer');
  /** Exactly the place under the pointer, not the edge of its page. */
  await page.evaluate(
    ([at, part, yPx]) => {
      const errors: { error: number; scale: number }[] = [];
      Object.assign(window, { errors });
      const note = (): void => {
        const diagram = window.procmapDiagram;
        const here = diagram?.pageAt(yPx);
        if (diagram === undefined || here === undefined || here === null) return;
        const { pixelsPerPage, camera } = diagram.view;
        errors.push({ error: (here.page - at + (here.fraction - part)) * pixelsPerPage, scale: camera.scale });
        requestAnimationFrame(note);
      };
      requestAnimationFrame(note);
    },
    [spot.page, spot.fraction, y] as const,
  );
  const before = await picture.view();
  for (let i = 0; i < 3; i++) await page.mouse.wheel(0, -120);
  await picture.settled();
  const frames = await page.evaluate(() => (window as unknown as { errors: { error: number; scale: number }[] }).errors);
  expect(Math.max(...frames.map(({ error }) => Math.abs(error)))).toBeLessThan(0.01);
  const scales = frames.map(({ scale }) => scale);
  // It took several frames, each closer, and ended exactly where three notches lead.
  expect(new Set(scales).size).toBeGreaterThan(4);
  expect(scales.every((scale, i) => i === 0 || scale >= (scales[i - 1] ?? 0))).toBe(true);
  expect((scales.at(-1) ?? 0) / (scales[0] ?? 1)).toBeCloseTo(Math.exp(3 * 120 * 0.0022), 6);
  expect((await picture.view()).pixelsPerPage).toBeGreaterThan(before.pixelsPerPage);
});

test('a trackpad is followed at once, by its own amount, and sideways moves', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const { x, y } = await picture.pointAt(300);
  await page.mouse.move(x, y);
  const scales = await page.evaluate(async () => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="diagram"]');
    const diagram = window.procmapDiagram;
    if (canvas === null || diagram === undefined) throw new Error('there is no diagram');
    const { left, top } = canvas.getBoundingClientRect();
    const turn = (init: WheelEventInit): void => {
      canvas.dispatchEvent(new WheelEvent('wheel', { clientX: left + 300, clientY: top + 300, cancelable: true, bubbles: true, ...init }));
    };
    const scale = (): number => diagram.view.camera.scale;
    const all = [scale()];
    turn({ deltaY: -5 });
    all.push(scale());
    turn({ deltaY: -5, ctrlKey: true });
    all.push(scale());
    await new Promise(requestAnimationFrame);
    all.push(scale());
    return all;
  });
  expect((scales[1] ?? 0) / (scales[0] ?? 1)).toBeCloseTo(Math.exp(5 * 0.0022), 9);
  expect((scales[2] ?? 0) / (scales[1] ?? 1)).toBeCloseTo(Math.exp(0.05), 9);
  expect(scales[3]).toBe(scales[2]);

  const before = await picture.yOf(target);
  await page.mouse.wheel(30, 0);
  await picture.settled();
  expect(await picture.yOf(target)).toBeCloseTo(before - 30, 3);
  await page.keyboard.down('Shift');
  await page.waitForTimeout(200);
  await page.mouse.wheel(0, -120);
  await picture.settled();
  await page.keyboard.up('Shift');
  expect(await picture.yOf(target)).toBeCloseTo(before + 90, 2);
});

test('a thrown drag continues ever slower, until a press catches it', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const { x, y } = await picture.pointAt(300);
  const throwUp = async (): Promise<number> => {
    await page.mouse.move(x, y);
    const before = await picture.yOf(target);
    await page.mouse.down();
    for (let i = 1; i <= 8; i++) {
      await page.mouse.move(x, y + 12 * i);
      // A dragged place stays under the pointer.
      await expect.poll(() => picture.yOf(target)).toBeCloseTo(before + 12 * i, 3);
    }
    for (let i = 1; i <= 4; i++) await page.mouse.move(x, y + 96 + 20 * i);
    await page.mouse.up();
    return before + 176;
  };
  const readFilm = await film(visit, target);
  const released = await throwUp();
  await picture.settled();
  expect(await picture.yOf(target)).toBeGreaterThan(released + 20);
  const moving = steps(
    (await readFilm()).filter(({ y: at }) => at > released),
    ({ y: at }) => at,
  );
  expect(moving.every((step) => step >= -1e-6)).toBe(true);
  // The last frames move it less than the first ones.
  expect(Math.max(...moving.slice(-5))).toBeLessThan(Math.max(...moving.slice(0, 5)));

  await throwUp();
  await page.mouse.move(x, y);
  await page.mouse.down();
  const caught = await picture.yOf(target);
  await page.evaluate(async () => {
    for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
  });
  expect(await picture.yOf(target)).toBe(caught);
  await page.mouse.up();
  // After a rest before the release, there is no throw.
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + 80, { steps: 4 });
  await page.waitForTimeout(200);
  const rested = await picture.yOf(target);
  await page.mouse.up();
  await picture.settled();
  expect(await picture.yOf(target)).toBeCloseTo(rested, 6);
});

test('nothing sticks: another button, a button that went up elsewhere, another window', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const { x, y } = await picture.pointAt(300);
  const dragging = picture.canvas.and(page.locator('[data-dragging]'));
  const drag = async (): Promise<void> => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 20, { steps: 3 });
    await expect(dragging).toHaveCount(1);
  };
  /** The mouse moves and the picture does not. */
  const expectFree = async (): Promise<void> => {
    await expect(dragging).toHaveCount(0);
    const before = await picture.yOf(target);
    await page.mouse.move(x, y + 90, { steps: 3 });
    await picture.settled();
    expect(await picture.yOf(target)).toBe(before);
  };
  await drag();
  await page.evaluate(() => dispatchEvent(new Event('blur')));
  await expectFree();
  await page.mouse.up();

  await drag();
  await page.mouse.down({ button: 'right' });
  await page.mouse.up({ button: 'left' });
  await page.mouse.move(x, y + 25);
  await expectFree();
  await page.mouse.up({ button: 'right' });

  await drag();
  await picture.canvas.dispatchEvent('pointercancel', { pointerId: 1, pointerType: 'mouse' });
  await expectFree();
  await page.mouse.up();

  // Out of the window and back: the drag continues until the release.
  await drag();
  const before = await picture.yOf(target);
  await page.mouse.move(x, -50);
  await page.mouse.move(x, y + 40);
  expect(await picture.yOf(target)).toBeCloseTo(before + 20, 3);
  await page.waitForTimeout(200);
  await page.mouse.up();
  await expectFree();
});

test('every way of moving shows within two frames', async ({ visit, start }) => {
  await openAt(visit, start);
  const { page, picture } = visit;
  const { x, y } = await picture.pointAt(300);
  /** Frames from the page's event to the first frame with another view: 1 is the next one. */
  const framesUntilSeen = async (type: string, act: () => Promise<void>): Promise<number> => {
    await page.evaluate((name) => {
      const seen = new Promise<number>((resolve) => {
        addEventListener(
          name,
          () => {
            const diagram = window.procmapDiagram;
            if (diagram === undefined) return;
            const before = JSON.stringify(diagram.painted);
            let frames = 0;
            // Requested before the diagram's own frame, so each look sees what the previous frame painted.
            const look = (): void => {
              if (JSON.stringify(diagram.painted) !== before) resolve(frames);
              else {
                frames++;
                requestAnimationFrame(look);
              }
            };
            requestAnimationFrame(look);
          },
          { capture: true, once: true },
        );
      });
      Object.assign(window, { seen });
    }, type);
    await act();
    const frames = await page.evaluate(() => (window as unknown as { seen: Promise<number> }).seen);
    await picture.settled();
    return frames;
  };
  const counts: Record<string, number[]> = {};
  for (let round = 0; round < 5; round++) {
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 10);
    const drag = await framesUntilSeen('pointermove', () => page.mouse.move(x, y + 30));
    await page.waitForTimeout(120);
    await page.mouse.up();
    const sign = round % 2 === 0 ? -1 : 1;
    for (const [name, count] of Object.entries({
      drag,
      wheel: await framesUntilSeen('wheel', () => page.mouse.wheel(0, 120 * sign)),
      trackpad: await framesUntilSeen('wheel', () => page.mouse.wheel(0, 5 * sign)),
      key: await framesUntilSeen('keydown', () => page.keyboard.press('KeyA')),
    }))
      (counts[name] ??= []).push(count);
  }
  counts['fit'] = [await framesUntilSeen('keydown', () => page.keyboard.press('Home'))];
  test.info().annotations.push({ type: 'frames from input to paint', description: JSON.stringify(counts) });
  for (const [name, all] of Object.entries(counts)) expect(Math.max(...all), name).toBeLessThanOrEqual(2);
});
