import { type Commands, PLAIN_COMMANDS } from '../../common/commands.ts';
import type { ServeOptions } from '../../options.ts';
import { readStanding } from '../../reader/procfs/rights/standing.ts';
import { ancestorsOf, isBySsh, userBefore } from './ancestors.ts';
import { hasDisplay } from './display.ts';
import { sshCommand } from './forwarding.ts';
import { bySudo, type Caller, commandsOf, commandsOfDaemon } from './launcher.ts';
import { isLoopback, reachableHost } from '../../common/link.ts';
import { hiddenText } from './hidden-text.ts';
import { log } from '../../common/log.ts';
import { isProcmap, isRoots, listeners } from './port-holder.ts';
import { serveWords } from './serve-words.ts';
import { startedAgainText, startText } from './start-text.ts';
import { sudoUid } from '../rights/trusted-path.ts';

/**
 * Tells the user who started the daemon where the page is and what else to run: as text on a terminal, else in a form
 * for scripts.
 */
export class Announcing {
  readonly #dist: string;
  readonly #where: ServeOptions;
  readonly #caller: Caller;
  readonly #onlyRoot: boolean;
  readonly #version: string;
  #before = false;

  /** `onlyRoot`: only root's programs may connect. */
  constructor(dist: string, where: ServeOptions, caller: Caller, onlyRoot: boolean, version: string) {
    this.#dist = dist;
    this.#where = where;
    this.#caller = caller;
    this.#onlyRoot = onlyRoot;
    this.#version = version;
  }

  /** Commands that the page may show. Viewers on other machines learn no paths of this one. `port` 0: not known yet. */
  pageCommands(port: number): Commands {
    return isLoopback(this.#where.host) ? this.#commands(port) : PLAIN_COMMANDS;
  }

  /** Call when the page is being served. Unless standard output is a terminal, its first line is the bare link. */
  listening(link: string, port: number): void {
    const { stdout, stderr } = process;
    if (!stdout.isTTY) stdout.write(`${link}\n`);
    if (!stderr.isTTY) this.#log(port);
    if (stdout.isTTY || stderr.isTTY) (stdout.isTTY ? stdout : stderr).write(this.#text(stdout.isTTY ? link : null, port));
    this.#before = true;
  }

  /** Explains why the port cannot be used and, if procmap holds it, how to get a link. */
  async portInUse(port: number): Promise<string> {
    const other = 'choose another with --port=N, or --port=0 for any free one';
    if (!(await isProcmap(this.#where.host, port))) return `port ${port} is in use; ${other}`;
    const own = process.geteuid?.() ?? 0;
    const holders = listeners().filter((each) => each.port === port);
    // A daemon's socket belongs to its user, that of root's daemon to the user it drops to.
    const isRoot = holders.some(isRoots);
    const uid = holders.find((each) => !isRoots(each))?.uid;
    const caller = isRoot && own !== 0 ? bySudo(this.#caller) : !isRoot && this.#caller.sudo ? { ...this.#caller, sudo: false } : this.#caller;
    const isOwn = isRoot || uid === own || uid === sudoUid();
    const link = isOwn ? `for its link run: ${commandsOfDaemon(this.#dist, { port, socket: null }, caller).open}` : `it belongs to user ${uid ?? 'unknown'}`;
    return `port ${port} is in use by ${isRoot && own !== 0 ? "root's procmap" : 'procmap'} already; ${link}; or ${other}`;
  }

  #log(port: number): void {
    const { host, socket } = this.#where;
    log('info', 'listening', socket === null ? { host, port } : { socket });
    if (this.#onlyRoot && !this.#before)
      log('warn', 'only connections from root are accepted; for a browser of another user, start procmap with --peer-uid=UID');
  }

  #text(link: string | null, port: number): string {
    if (this.#before) return startedAgainText(link);
    const { host, socket } = this.#where;
    const ancestors = ancestorsOf(process.pid);
    const user = userBefore(ancestors);
    const bySsh = isBySsh(ancestors);
    // A port that other machines can reach needs no tunnel; a Unix socket always does.
    const isReached = socket === null && !isLoopback(host);
    const forward =
      !isReached && (bySsh || socket !== null || !hasDisplay()) ? sshCommand(host, port, socket, sudoUid() ?? user ?? process.getuid?.() ?? 0) : null;
    const elsewhere = isReached && reachableHost(host) !== host;
    const onlyRoot = this.#onlyRoot ? { user } : null;
    return startText({ version: this.#version, link, commands: this.#commands(port), forward, bySsh, elsewhere, hidden: this.#hidden(port), onlyRoot });
  }

  #hidden(port: number): string | null {
    const { serve } = commandsOf(this.#dist, this.#place(port), bySudo(this.#caller));
    return hiddenText(readStanding(), serve);
  }

  #commands(port: number): Commands {
    return commandsOfDaemon(this.#dist, this.#place(port), this.#caller);
  }

  #place(port: number): Parameters<typeof commandsOf>[1] {
    return { port, socket: this.#where.socket, words: serveWords(this.#where) };
  }
}
