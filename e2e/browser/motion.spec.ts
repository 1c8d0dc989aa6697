import type { CDPSession } from '@playwright/test';
import { expect, test } from './test.ts';
import { PAGE_BYTES, type Visit } from './visit.ts';

/** How the picture moves under the hand: what is held stays under the hand, what is thrown goes on, what is interrupted stops where it is. */
test.use({ contextOptions: { reducedMotion: 'no-preference' } });

/** One frame: where a page's lower edge was, and the scale. */
interface Frame {
  readonly at: number;
  readonly y: number;
  readonly scale: number;
}

/** Notes each animation frame from now on, of a page of memory. Returns what reads the notes. */
async function film({ page }: Visit, target: number, fraction = 0): Promise<() => Promise<Frame[]>> {
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

/** Opens a process, at some mapping of it that is `px` high in the middle; gives its first page. */
async function openAt(
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

function steps(frames: readonly Frame[], of: (frame: Frame) => number): number[] {
  return frames.slice(1).map((frame, i) => of(frame) - of(frames[i] ?? frame));
}

test('notches of the wheel glide, add up, and leave what is under the pointer where it is in every frame', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const y = Math.round(await picture.yOf(target));
  const { x, y: onPage } = await picture.pointAt(y);
  await page.mouse.move(x, onPage);
  const spot = await page.evaluate((at) => window.procmapDiagram?.pageAt(at), y);
  if (spot === undefined || spot === null) throw new Error('there is nothing under the pointer');
  /** Of the very place under the pointer, not of its page's edge. */
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
  // It took several frames, always closer, and came exactly as far as three notches go.
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

test('a drag is thrown: it goes on ever slower, until a press catches it', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const { x, y } = await picture.pointAt(300);
  const throwUp = async (): Promise<number> => {
    await page.mouse.move(x, y);
    const before = await picture.yOf(target);
    await page.mouse.down();
    for (let i = 1; i <= 8; i++) {
      await page.mouse.move(x, y + 12 * i);
      // While it is held it is where the hand is.
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
  // Of the last frames each moves it less than the first ones did.
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
  // What rests before it is let go of is put down.
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

  // Out of the window and back: it is still held, and then let go of.
  await drag();
  const before = await picture.yOf(target);
  await page.mouse.move(x, -50);
  await page.mouse.move(x, y + 40);
  expect(await picture.yOf(target)).toBeCloseTo(before + 20, 3);
  await page.waitForTimeout(200);
  await page.mouse.up();
  await expectFree();
});

test('a key that is held moves steadily, whatever its repeat rate, and comes to rest when it is let go of', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const height = await picture.height();
  const tap = await picture.yOf(target);
  await page.keyboard.press('KeyA');
  await picture.settled();
  // A tap is one step.
  expect(await picture.yOf(target)).toBeCloseTo(tap + 0.15 * height, 1);
  await page.keyboard.press('ArrowDown');
  await picture.settled();
  expect(await picture.yOf(target)).toBeCloseTo(tap, 1);

  for (const repeats of [0, 12]) {
    const readFilm = await film(visit, target);
    await page.keyboard.down('KeyD');
    // A key that is down already repeats when it is told to be down.
    for (let i = 0; i < repeats; i++) await page.keyboard.down('KeyD');
    await page.waitForFunction(() => {
      const { film: frames } = window as unknown as { film: Frame[] };
      return (frames.at(-1)?.y ?? 0) < (frames[0]?.y ?? 0) - 500;
    });
    await page.keyboard.up('KeyD');
    await picture.settled();
    const frames = await readFilm();
    const moving = frames.filter(({ y }) => y < (frames[0]?.y ?? 0) - 200 && y > (frames[0]?.y ?? 0) - 500);
    const [first, last] = [moving[0], moving.at(-1)];
    if (first === undefined || last === undefined) throw new Error('it did not move');
    const perMs = (first.y - last.y) / (last.at - first.at);
    expect(perMs / (0.15 * height)).toBeGreaterThan(0.8 / 125);
    expect(perMs / (0.15 * height)).toBeLessThan(1.25 / 125);
    expect(steps(frames, ({ y }) => y).every((step) => step < 1e-6)).toBe(true);
    await page.keyboard.press('Home');
    await visit.goTo(target * PAGE_BYTES);
    await page.keyboard.press('Escape');
    for (let i = 0; i < 4; i++) await page.keyboard.press('-');
    await picture.settled();
  }
});

test('two keys at once move and zoom, and whatever takes the keyboard away lets go of both', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  for (const away of [
    () => page.evaluate(() => dispatchEvent(new Event('blur'))),
    () => visit.see('hidden').then(() => visit.see('visible')),
    () => visit.search.focus(),
  ]) {
    const readFilm = await film(visit, target);
    await page.keyboard.down('KeyW');
    await page.keyboard.down('KeyA');
    await page.waitForFunction(() => {
      const { film: frames } = window as unknown as { film: Frame[] };
      const [first, last] = [frames[0], frames.at(-1)];
      return first !== undefined && last !== undefined && last.scale > 2 * first.scale && last.y > first.y + 50;
    });
    await away();
    await picture.settled();
    const frames = await readFilm();
    const both = frames.filter((frame, i) => i > 0 && frame.scale > (frames[i - 1]?.scale ?? 0) && frame.y !== frames[i - 1]?.y);
    expect(both.length).toBeGreaterThan(3);
    await page.keyboard.up('KeyW');
    await page.keyboard.up('KeyA');
    await visit.search.blur();
    await visit.goTo(target * PAGE_BYTES);
    await page.keyboard.press('Escape');
    for (let i = 0; i < 8; i++) await page.keyboard.press('-');
    await picture.settled();
  }
});

test('Enter fits what is pinned, again goes out to its surroundings, and again comes back', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  await visit.goTo(target * PAGE_BYTES);
  const closely = (await picture.view()).pixelsPerPage;
  await page.keyboard.press('Enter');
  await picture.settled();
  const out = await picture.view();
  expect(out.pixelsPerPage).toBeLessThan(closely * 0.8);
  expect(out.atFit).toBe(false);
  await page.keyboard.press('Enter');
  await picture.settled();
  expect((await picture.view()).pixelsPerPage).toBeCloseTo(closely, 6);
});

test('every way of moving is seen within two frames', async ({ visit, start }) => {
  await openAt(visit, start);
  const { page, picture } = visit;
  const { x, y } = await picture.pointAt(300);
  /** Frames from the event, as the page hears it, to the frame that shows another view: 1 is the very next one. */
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
            // Asked for before the diagram asks: in each frame we look at what the one before painted.
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

test.describe('by touch', () => {
  test.use({ hasTouch: true });

  async function touch(
    session: CDPSession,
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    points: readonly { x: number; y: number; id: number }[],
  ): Promise<void> {
    await session.send('Input.dispatchTouchEvent', { type, touchPoints: [...points] });
  }

  test('two fingers keep what they took hold of, one goes on without a jump, and two taps fit', async ({ visit, start, context }) => {
    await openAt(visit, start);
    const { page, picture } = visit;
    const session = await context.newCDPSession(page);
    const { x, y: middle } = await picture.pointAt(300);
    const top = middle - 300;
    const placeAt = (yPx: number) => page.evaluate((at) => window.procmapDiagram?.pageAt(at) ?? null, yPx);
    /** How far from a height a place is. */
    const away = async (place: { page: number; fraction: number } | null, yPx: number): Promise<number> => {
      const here = await placeAt(yPx);
      if (place === null || here === null) throw new Error('there is no map');
      const { pixelsPerPage } = await picture.view();
      return Math.abs((here.page - place.page + (here.fraction - place.fraction)) * pixelsPerPage);
    };
    const [a, b] = [await placeAt(250), await placeAt(350)];
    await touch(session, 'touchStart', [{ x, y: top + 250, id: 0 }]);
    await touch(session, 'touchStart', [
      { x, y: top + 250, id: 0 },
      { x: x + 40, y: top + 350, id: 1 },
    ]);
    for (const [upper, lower] of [
      [240, 360],
      [220, 390],
      [200, 420],
      [230, 460],
    ] as const) {
      await touch(session, 'touchMove', [
        { x, y: top + upper, id: 0 },
        { x: x + 40, y: top + lower, id: 1 },
      ]);
      await expect.poll(() => away(a, upper)).toBeLessThan(0.01);
      expect(await away(b, lower)).toBeLessThan(0.01);
    }
    // Of fingers that are not told of any more the browser says that they were lifted.
    await touch(session, 'touchMove', [{ x, y: top + 230, id: 0 }]);
    await picture.settled();
    expect(await away(a, 230)).toBeLessThan(0.01);
    await touch(session, 'touchMove', [{ x, y: top + 250, id: 0 }]);
    await expect.poll(() => away(a, 250)).toBeLessThan(0.01);
    // It rests before it is lifted.
    await page.waitForTimeout(200);
    await touch(session, 'touchEnd', []);
    await picture.settled();
    expect(await away(a, 250)).toBeLessThan(0.01);

    await page.keyboard.press('Home');
    await picture.settled();
    await page.touchscreen.tap(x, top + 200);
    await page.touchscreen.tap(x, top + 200);
    await expect.poll(async () => (await picture.view()).atFit).toBe(false);
    await picture.settled();
  });
});

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('everything is there at once: no frame in between, nothing goes on', async ({ visit, start }) => {
    const target = await openAt(visit, start);
    const { page, picture } = visit;
    const { x, y } = await picture.pointAt(300);
    await page.mouse.move(x, y);
    for (const act of [
      () => page.mouse.wheel(0, -120),
      () => page.keyboard.press('KeyW'),
      () => page.keyboard.press('ArrowUp'),
      () => page.keyboard.press('PageDown'),
      () => page.keyboard.press('Home'),
    ]) {
      const readFilm = await film(visit, target);
      await page.evaluate(() => new Promise(requestAnimationFrame));
      await act();
      await picture.settled();
      const frames = await readFilm();
      expect(steps(frames, ({ y: at }) => at).filter((step) => step !== 0).length).toBe(1);
    }
    await visit.goTo(target * PAGE_BYTES);
    for (let i = 0; i < 4; i++) await page.keyboard.press('-');
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let i = 1; i <= 6; i++) await page.mouse.move(x, y + 20 * i);
    const before = await picture.yOf(target);
    await page.mouse.up();
    await picture.settled();
    expect(await picture.yOf(target)).toBe(before);
    // A key that is held steps at its own rate.
    await page.keyboard.down('KeyA');
    await page.keyboard.down('KeyA');
    await page.keyboard.up('KeyA');
    await picture.settled();
    expect(await picture.yOf(target)).toBeCloseTo(before + 0.3 * (await picture.height()), 3);
  });
});
