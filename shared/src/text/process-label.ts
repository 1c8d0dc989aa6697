import { isInterpreter, interpretedWords } from './interpreters.ts';
import { baseName, commandWords, SHOWN_CHARACTERS, shorten, writtenTitle } from './command-words.ts';

/** What /proc says about a process, each text escaped. */
interface ProcessWords {
  /** Name of its first thread; at most 15 bytes, chosen by the program. */
  readonly comm: string;
  /** Path of the executable; '' if unknown. */
  readonly exe: string;
  /** Empty for a kernel thread, a zombie, and a process that has cleared it. */
  readonly argv: readonly string[];
}

/** Identifies a process for people, in two texts. */
export interface ProcessLabel {
  /** The running program: `node`, `java`, `chromium`. Taken only from the kernel or the command line. */
  readonly program: string;
  /**
   * What tells it from other processes of the program: script, main class, `-m` module, `--type=`, title, arguments; ''
   * if there is nothing.
   */
  readonly what: string;
}

/** A comm that only says "main thread", as Node's does. */
const SAYS_NOTHING = /^(?:node-)?main(?:[ -]?thread)?$/i;
const COMM_CHARACTERS = 15;
/** Chromium and programs based on it: the type of process. */
const CHROMIUM_TYPE = /^--type=(?:renderer|gpu-process|utility|zygote|broker|ppapi(?:-broker)?|nacl-loader|crashpad-handler|sandbox-ipc|relauncher)$/;
const CHROMIUM_DETAIL = /^--(?:utility-sub-type|renderer-client-id)=|^--extension-process$/;
const CHROMIUM = /^(?:chrom(?:e|ium)|brave|msedge|vivaldi|opera|headless_shell)/;
const CHROMIUM_SETUP = /^--(?:app|user-data-dir|remote-debugging-port)=|^--headless/;

/** Pure; never throws, and neither text is longer than all of its inputs together. */
export function labelOf({ comm, exe, argv: raw }: ProcessWords): ProcessLabel {
  const file = baseName(exe.replace(/ \(deleted\)$/, ''));
  const argv = commandWords(raw, exe, comm);
  const title = writtenTitle(argv);
  const called = title === '' ? baseName(argv[0] ?? '').replace(/^-(?=.)/, '') : '';
  const explained = explain(comm, file) || explain(comm, called);
  const program = explained || (called !== '' && file.startsWith(called) ? called : file || called || comm);
  const words = title === '' ? distinguish([called, file, program], argv) : [withoutProgram(title, program)];
  // Checked against the shown part only: a name after it is news.
  const what = shorten(words.filter((word) => word !== '').join(' '), SHOWN_CHARACTERS);
  return { program: shorten(program, SHOWN_CHARACTERS), what: shorten(withAlias(explained === '' ? comm : '', program, what), SHOWN_CHARACTERS) };
}

/**
 * The program's name if comm is that name, its first 15 bytes, or that name without a version (`python3` for
 * `python3.13`); else ''.
 */
function explain(comm: string, name: string): string {
  if (comm === '' || !name.startsWith(comm)) return '';
  if (comm.length >= COMM_CHARACTERS) return name;
  return name.length === comm.length || /^[^\p{L}]/u.test(name.slice(comm.length)) ? comm : '';
}

/** Puts a name that the process gave itself first, unless it says nothing, or nothing new. */
function withAlias(alias: string, program: string, what: string): string {
  const isNews = alias.trim() !== '' && alias !== program && !SAYS_NOTHING.test(alias) && !what.includes(alias);
  return isNews ? [alias, what].filter((text) => text !== '').join(' · ') : what;
}

/** `nginx: worker process` without `nginx: `. */
function withoutProgram(title: string, program: string): string {
  return title.startsWith(`${program}: `) ? title.slice(program.length + 2) : title;
}

function distinguish(names: readonly string[], argv: readonly string[]): readonly string[] {
  const name = names.find(isInterpreter);
  if (name !== undefined) return interpretedWords(name, argv);
  const type = argv.find((word) => CHROMIUM_TYPE.test(word));
  if (type !== undefined) return [type, ...argv.filter((word) => CHROMIUM_DETAIL.test(word))];
  // Firefox puts the type of process last, after numbers that say nothing.
  const content = argv.indexOf('-contentproc', 1);
  if (content > 0) return ['-contentproc', ...argv.slice(content + 1).slice(-1)];
  if (names.some((one) => CHROMIUM.test(one))) return argv.slice(1).filter((word) => !word.startsWith('-') || CHROMIUM_SETUP.test(word));
  return argv.slice(1);
}
