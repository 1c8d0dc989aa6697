/** How much room there is: three columns, two, or the diagram alone with sheets over it. */
export type Room = 'wide' | 'medium' | 'narrow';

/** Which panels are open. On a wide page they are columns; where there is less room they lie over the diagram. */
export class Panels {
  #room = $state.raw<Room>('wide');
  #picker = $state.raw(true);
  #inspector = $state.raw(true);
  /** The view controls of the top bar, which a narrow page keeps behind a button. */
  tools = $state(false);
  help = $state(false);
  /** What the process runs, in the inspector. */
  program = $state(false);

  constructor() {
    const wide = matchMedia('(min-width: 1160px)');
    const medium = matchMedia('(min-width: 760px)');
    const measure = (): void => {
      const room = wide.matches ? 'wide' : medium.matches ? 'medium' : 'narrow';
      if (room !== this.#room) this.#settle(room);
    };
    wide.onchange = measure;
    medium.onchange = measure;
    measure();
  }

  get room(): Room {
    return this.#room;
  }
  get picker(): boolean {
    return this.#picker;
  }
  get inspector(): boolean {
    return this.#inspector;
  }
  /** The picker lies over the diagram rather than beside it. */
  get pickerFloats(): boolean {
    return this.#room !== 'wide';
  }

  togglePicker(open = !this.#picker): void {
    this.#picker = open;
    if (open && this.#room === 'narrow') this.#inspector = false;
  }

  toggleInspector(open = !this.#inspector): void {
    this.#inspector = open;
  }

  /** A process was picked, or something was clicked: what floats makes way. */
  picked(): void {
    if (this.pickerFloats) this.#picker = false;
  }

  #settle(room: Room): void {
    this.#room = room;
    this.#picker = room === 'wide';
    this.#inspector = room !== 'narrow';
    this.tools = false;
  }
}
