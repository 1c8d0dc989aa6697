import type { ClientMessage, ServerMessage } from '@procmap/shared/messages.ts';
import { asSentence } from '@procmap/shared/text/sentence.ts';
import { takeLinkKey } from '../net/session.ts';
import type { StreamStatus } from '../net/stream.ts';
import { Maps } from '../maps/maps.ts';
import MapsWorker from '../maps/maps.worker.ts?worker';
import { AddressBar } from '../view/address-bar.svelte.ts';
import { Colours } from '../view/colours.svelte.ts';
import { Heights } from '../view/heights.svelte.ts';
import { Navigation } from '../view/navigation.svelte.ts';
import type { Permalink } from '../view/permalink.ts';
import { NextLook } from '../live/next-look.ts';
import { PagesReading } from '../figures/pages-reading.svelte.ts';
import { Processes } from '../processes/processes.svelte.ts';
import { FileOnDisk } from '../inspector/file-on-disk.svelte.ts';
import { Inspection } from '../inspector/inspection.svelte.ts';
import { ProgramFacts } from '../figures/program-facts.svelte.ts';
import { Search } from '../search/search.svelte.ts';
import { Selection } from '../live/selection.svelte.ts';
import { Connection } from './connection.svelte.ts';
import { Requests } from './requests.svelte.ts';
import { Session } from './session.svelte.ts';
import { Settings } from '../live/settings.svelte.ts';
import { SmapsReading } from '../figures/smaps-reading.svelte.ts';
import { ThreadsReading } from '../threads/threads-reading.svelte.ts';
import { EvidenceWanted } from '../uses/evidence-wanted.svelte.ts';
import { objectsOf, ProcessUses, threadsOf } from '../uses/process-uses.svelte.ts';
import { Watch } from '../live/watch.svelte.ts';

type Welcome = Extract<ServerMessage, { type: 'welcome' }>;

/** All state of the page, and the only place that handles the daemon's messages. */
export class App {
  readonly session = new Session();
  readonly settings = new Settings();
  readonly processes = new Processes(() => this.session.key);
  readonly watch = new Watch();
  readonly #requests = new Requests((message) => this.#send(message), this.watch, this.settings);
  /** Memory figures of each mapping, and of each page in sight. */
  readonly figures = new SmapsReading(
    this.watch,
    () => this.session.key,
    () => this.#lookAgain(),
    () => this.paused,
  );
  readonly pages = new PagesReading(
    this.watch,
    () => this.session.key,
    () => this.paused,
  );
  readonly threads = new ThreadsReading(this.watch, () => this.session.key);
  readonly processUses = new ProcessUses(this.watch, () => this.figures.table);
  readonly evidence = new EvidenceWanted(
    this.watch,
    this.figures,
    () => this.#send({ type: 'objects' }),
    () => this.paused,
  );
  readonly colours = new Colours(
    this.watch,
    this.settings,
    () => this.figures.table,
    () => this.processUses.uses,
  );
  readonly heights = new Heights(this.watch, this.settings, () => this.figures.table);
  readonly selection = new Selection(() => this.watch.intervals);
  readonly inspection = new Inspection(
    () => this.watch.intervals,
    () => this.processUses.uses,
    this.selection,
  );
  readonly search = new Search(
    () => this.watch.intervals,
    () => this.figures.table,
    () => this.settings.show,
    () => this.processUses.uses,
  );
  readonly navigation = new Navigation(this.watch, this.selection, this.search, this.settings, () => this.addressBar.moved());
  readonly addressBar = new AddressBar(this.watch, this.selection, this.search, this.settings, this.navigation);
  readonly programFacts = new ProgramFacts();
  readonly fileOnDisk = new FileOnDisk();

  #welcome = $state.raw<Welcome | null>(null);
  /** A sentence about a problem that does not concern a process, until it is closed. */
  #notice = $state.raw('');
  readonly #nextLook = new NextLook();

  readonly #onGarbage = (): void => {
    this.#notice = 'The daemon and this page are of different versions. Reload the page.';
  };
  readonly maps = new Maps(new MapsWorker(), {
    onMap: (map) => {
      const isNew = map.sequence !== this.watch.map?.sequence;
      this.watch.receive(map);
      if (isNew) this.evidence.mapCame();
      this.#nextLook.came();
    },
    onResync: () => this.#resync(),
    onGarbage: this.#onGarbage,
  });
  readonly #connection = new Connection(
    {
      onMessage: (message) => this.maps.after(() => this.#receive(message)),
      onFrame: (bytes) => this.maps.take(bytes),
      onGarbage: this.#onGarbage,
    },
    (why) => this.session.end(why),
  );

  get status(): StreamStatus {
    return this.#connection.status;
  }
  get gone(): boolean {
    return this.#connection.gone;
  }
  get welcome(): Welcome | null {
    return this.#welcome;
  }
  get paused(): boolean {
    return this.#requests.paused;
  }
  get notice(): string {
    return this.#notice;
  }

  /**
   * Follows the address bar: opens the session with the link's key or the one kept in this tab; if it is open already,
   * returns to an earlier view.
   */
  async start(): Promise<void> {
    const linkKey = takeLinkKey();
    const link = this.addressBar.read();
    if (linkKey === null && this.session.isOpen) {
      this.#follow(link);
      return;
    }
    if (link.pid !== null || this.watch.pid === null) {
      if (link.pid !== this.watch.pid) this.#turnTo(link.pid);
      this.addressBar.follow(link);
    }
    // A new link in the same tab does not name the process on the page: stay with it.
    else this.addressBar.rewrite();
    await this.session.open(linkKey);
    if (this.session.isOpen) this.#connection.open(this.session.key);
  }

  /** Watches a process, or none. */
  pick(pid: number | null): void {
    const { phase } = this.watch;
    if (pid === this.watch.pid && (phase === 'live' || phase === 'loading')) return;
    this.addressBar.keep();
    this.#turnTo(pid);
    this.addressBar.enter();
    this.#requests.process();
  }

  setPaused(paused: boolean): void {
    this.#requests.setPaused(paused);
    // When figures beside a paused map are wanted, read both again, so that they are of the same moment.
    if (paused && (this.figures.table !== null || this.figures.reading) && this.watch.phase === 'live') void this.figures.readWithMap();
  }

  setRate(rateHz: number): void {
    this.settings.rateHz = rateHz;
    this.#requests.setRate(rateHz);
  }

  /**
   * Keeps the list of processes up to date until the returned function is called, so that it is only sent while it is
   * shown.
   */
  wantList(): () => void {
    return this.#requests.wantList();
  }

  /**
   * The same for the memory figures of the watched process. None arrive while the page is paused or hidden, as there
   * are no looks.
   */
  wantMemory(): () => void {
    return this.#requests.wantMemory();
  }

  /** A page that is not visible costs nothing. */
  setVisible(visible: boolean): void {
    if (visible) this.#connection.retry();
    this.#requests.setVisible(visible);
  }

  retry(): void {
    if (this.session.gate === 'unreachable') location.reload();
    else this.#connection.retry();
  }

  say(notice: string): void {
    this.#notice = notice;
  }

  #follow(link: Permalink): void {
    const isOther = link.pid !== this.watch.pid;
    if (isOther) this.#turnTo(link.pid);
    this.addressBar.follow(link);
    if (isOther) this.#requests.process();
  }

  /** Forgets everything about the previous process. */
  #turnTo(pid: number | null): void {
    this.watch.begin(pid);
    this.maps.begin(pid);
    this.figures.clear();
    this.pages.clear();
    this.processUses.clear();
    this.evidence.clear();
    this.threads.clear();
    this.#describe();
    this.selection.pin(null);
    this.selection.hover(null);
    this.search.clear();
    this.#notice = '';
    if (this.paused) this.setPaused(false);
  }

  #describe(): void {
    if (this.watch.pid !== null) this.watch.describe(this.processes.find(this.watch.pid));
  }

  #send(message: ClientMessage): void {
    this.#connection.send(message);
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.settings.setDefaultRate(message.defaultRateHz);
        this.#welcome = { ...message, hidden: asSentence(message.hidden) };
        this.maps.expectSnapshot();
        this.#requests.repeat();
        break;
      case 'processes':
        this.processes.receive(message.processes);
        this.#describe();
        break;
      case 'state':
        this.watch.setState({ ...message, message: asSentence(message.message) });
        break;
      case 'tick':
        if (!this.watch.tick(message)) this.#resync();
        this.#nextLook.came();
        break;
      case 'progress':
        this.watch.setProgress(message);
        break;
      case 'rate':
        this.watch.setRate(message);
        break;
      case 'kernel':
        this.maps.setKernel(message.half);
        // Only once the picture has it.
        this.maps.after(() => this.watch.setKernel(message.half));
        break;
      case 'threads':
        if (message.pid === this.watch.pid) this.processUses.setThreads(threadsOf(message));
        break;
      case 'objects':
        if (message.pid === this.watch.pid) this.processUses.setObjects(objectsOf(message));
        break;
      case 'memory':
        this.watch.setMemory({ ...message, message: asSentence(message.message) });
        break;
      case 'error':
        this.#notice = asSentence(message.message);
    }
  }

  /** Fetches the current map, even while paused. */
  #lookAgain(): Promise<void> {
    this.#send({ type: 'look' });
    return this.#nextLook.wait();
  }

  #resync(): void {
    this.maps.expectSnapshot();
    this.#send({ type: 'resync' });
  }
}
