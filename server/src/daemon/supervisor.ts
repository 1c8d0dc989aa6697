import type { Server } from 'node:net';
import { Fault } from '../common/fault.ts';
import type { ServeOptions } from '../options.ts';
import type { Announcing } from './words/announcing.ts';
import { controlFolder, controlName, serveControl } from './control-socket.ts';
import type { ConfinementPlan } from './rights/confinement-plan.ts';
import type { ConfigMessage, ReadingChild } from '../ipc.ts';
import { type ChildScripts, filesCommand, readerCommand } from './children/launch.ts';
import { pageLink } from '../common/link.ts';
import { log } from '../common/log.ts';
import { pageNameFor } from '../common/page-name.ts';
import { clearSocketFile, removeSocketFile, type SocketFile, socketFileId } from '../common/socket-file.ts';
import { KeptChild } from './children/kept-child.ts';
import { Restarts } from '../common/restarts.ts';
import type { TokenFile } from './token-file.ts';
import { WebChild, type WebEvents } from './children/web-child.ts';

const MAX_WEB_DEATHS = 5;
const WITHIN_MS = 30_000;

/**
 * Keeps a reader, a files process and a web process running. Passes each new stream of the first two to the web
 * process.
 */
export class Supervisor {
  readonly #entries: ChildScripts;
  readonly #plan: ConfinementPlan;
  readonly #options: ServeOptions;
  readonly #socket: SocketFile | null;
  readonly #config: Omit<ConfigMessage, 'port' | 'pageName' | 'commands'>;
  readonly #announcing: Announcing;
  readonly #token: TokenFile | null;
  /** The reader and the files process. */
  readonly #reading: Readonly<Record<ReadingChild, KeptChild>>;
  readonly #lingering: Record<ReadingChild, number> = { reader: 0, files: 0 };
  readonly #webRestarts = new Restarts(MAX_WEB_DEATHS, WITHIN_MS);
  #web: WebChild | null = null;
  #port: number;
  #pageName: string | null = null;
  /** A web process has listened at least once. */
  #hasListened = false;
  /** The web process has reported why it cannot go on. */
  #failing = false;
  /** The socket file that the web process has created at the path of --socket. */
  #socketFile: string | null = null;
  #control: Server | null = null;
  #finish: { resolve: () => void; reject: (fault: Fault) => void } | null = null;

  /** `peerUids`: see ConfigMessage. */
  constructor(
    entries: ChildScripts,
    options: ServeOptions,
    peerUids: readonly number[] | null,
    token: TokenFile | null,
    version: string,
    root: boolean,
    plan: ConfinementPlan,
    announcing: Announcing,
  ) {
    this.#announcing = announcing;
    this.#token = token;
    this.#entries = entries;
    this.#plan = plan;
    this.#options = options;
    this.#port = options.port;
    this.#socket = options.socket === null ? null : { path: options.socket, uid: peerUids?.[0] ?? 0 };
    this.#config = {
      ...options,
      type: 'config',
      socket: this.#socket,
      token: token?.token ?? null,
      peerUids,
      version,
      page: entries.page,
      uid0: plan.web === 'user',
      notes: plan.notes,
    };
    this.#reading = {
      reader: new KeptChild(
        { name: 'the reader', command: readerCommand(entries, plan.reader, root), rootFiles: root },
        this.#eventsOf('reader', 'the reader'),
      ),
      files: new KeptChild(
        { name: 'the files process', command: filesCommand(entries, plan.reader), rootFiles: false },
        this.#eventsOf('files', 'the files process'),
      ),
    };
  }

  #eventsOf(of: ReadingChild, name: string): ConstructorParameters<typeof KeptChild>[1] {
    return {
      started: (stream) => {
        if (this.#web === null) stream.destroy();
        else this.#web.give(of, stream);
      },
      failed: (how) => {
        this.#finish?.reject(new Fault(`${name} cannot start (${how}); its last words are above`));
      },
      lingering: (count) => {
        this.#lingering[of] = count;
        this.#web?.tellLingering(this.#lingering);
      },
    };
  }

  /**
   * Runs until end(). Rejects with a Fault if it cannot go on. By then the children have ended, if anything can end
   * them.
   */
  async run(): Promise<void> {
    const finished = new Promise<void>((resolve, reject) => {
      this.#finish = { resolve, reject };
    });
    if (this.#socket !== null) await clearSocketFile(this.#socket);
    this.#startWeb();
    for (const child of this.#children) child.start();
    try {
      await finished;
    } finally {
      this.#finish = null;
      this.#control?.close();
      await Promise.all([...this.#children.map((child) => child.stop()), this.#web?.stop()]);
      this.#removeSocketFile();
    }
  }

  end(): void {
    this.#finish?.resolve();
  }

  #startWeb(): void {
    // A new name also after a web process died: its port was free for a moment.
    this.#pageName = pageNameFor(this.#options);
    this.#web = new WebChild(
      this.#entries,
      this.#plan.web,
      { ...this.#config, port: this.#port, pageName: this.#pageName, commands: this.#announcing.pageCommands(this.#port) },
      {
        message: (message) => this.#take(message),
        ended: (how) => this.#webEnded(how),
      },
    );
  }

  get #children(): readonly KeptChild[] {
    return Object.values(this.#reading);
  }

  #take(message: Parameters<WebEvents['message']>[0]): void {
    // Ignore messages after the end has begun.
    if (this.#finish === null) return;
    switch (message.type) {
      case 'listening':
        this.#hasListened = true;
        this.#socketFile = this.#socket === null ? null : socketFileId(this.#socket);
        // The port is chosen by the user, not by the web process; only port 0 leaves it open.
        if (this.#socket === null && this.#options.port === 0 && this.#port === 0) this.#port = message.port;
        try {
          this.#token?.publish();
        } catch (error) {
          this.#finish.reject(error as Fault);
          return;
        }
        this.#announcing.listening(this.#link(message.key), this.#port);
        void this.#openControl();
        return;
      case 'kernel-half':
        log('info', `kernel half: ${message.note}`, { source: message.source });
        return;
      case 'stuck':
        this.#reading[message.of].kill(message.reason);
        return;
      case 'fatal':
        void this.#fail(message.error, message.message);
    }
  }

  async #fail(error: string, message: string): Promise<void> {
    this.#failing = true;
    // Stop the children first: they would end with the web process, and that would be reported.
    for (const child of this.#children) void child.stop();
    const isTaken = error === 'EADDRINUSE' && this.#socket === null;
    this.#finish?.reject(isTaken ? new Fault(await this.#announcing.portInUse(this.#port)) : fatalFault(error, message, this.#socket?.path ?? this.#port));
  }

  /** Restarts on the same port, but sessions and keys are lost: open pages reconnect and need a new link. */
  #webEnded(how: string): void {
    this.#web = null;
    if (this.#finish === null) return;
    if (this.#failing) return;
    if (!this.#hasListened) {
      this.#finish.reject(new Fault(`the web process ended before it listened (${how}); its last words are above`));
    } else if (this.#webRestarts.tooMany(performance.now())) {
      this.#finish.reject(new Fault(`the web process ended ${MAX_WEB_DEATHS + 1} times in ${WITHIN_MS / 1000} s (${how}); its last words are above`));
    } else {
      log('error', 'the web process ended and is restarted: sessions are lost, `procmap open` prints a new link', { how });
      this.#removeSocketFile();
      this.#startWeb();
      // Their streams went to the dead web process, perhaps even after its death. Streams of new children go to the new
      // one.
      for (const child of this.#children) child.renew();
    }
  }

  #removeSocketFile(): void {
    if (this.#socket !== null && this.#socketFile !== null) removeSocketFile(this.#socket, this.#socketFile);
    this.#socketFile = null;
  }

  async #openControl(): Promise<void> {
    if (this.#control !== null) return;
    try {
      const control = await serveControl(controlFolder(), controlName(this.#port, this.#options.socket), (uid) => this.#mintLink(uid));
      // The daemon may have been ended meanwhile.
      if (this.#finish === null) control.close();
      else this.#control = control;
    } catch (error) {
      log('warn', '`procmap open` will not find this daemon', { why: error instanceof Error ? error.message : String(error) });
    }
  }

  async #mintLink(uid: number | null): Promise<string> {
    if (this.#web === null) throw new Error('no web process');
    return this.#link(await this.#web.mint(uid));
  }

  #link(key: string): string {
    return pageLink(this.#pageName, this.#options.host, this.#port, key);
  }
}

/** `error`: an errno name, or a machine word of the web process. `place`: the socket file or the port. */
function fatalFault(error: string, message: string, place: string | number): Fault {
  if (typeof place === 'string') return new Fault(error === 'web_failed' ? message : `cannot listen at ${place} (${error}); choose another with --socket=PATH`);
  const port = place;
  switch (error) {
    case 'EACCES':
      return new Fault(`no permission to listen at port ${port}; choose one from 1024 with --port=N`);
    case 'EADDRNOTAVAIL':
      return new Fault('this machine has no such address; choose another with --host=ADDRESS');
    default:
      return new Fault(message);
  }
}
