import { isInterpreter, interpretedWords } from './interpreters.ts';
import { baseName, commandWords, SHOWN_CHARACTERS, shorten, writtenTitle } from './command-words.ts';

/** What /proc tells of a process, each text visibly escaped. */
export interface ProcessWords {
  /** Of its first thread; 15 bytes at most, chosen by the program. */
  readonly comm: string;
  /** Path of the file that runs; '' where it is not known. */
  readonly exe: string;
  /** Empty for a kernel thread, a zombie, and who has cleared it. */
  readonly argv: readonly string[];
}

/** Which process it is, in two texts for people. */
export interface ProcessLabel {
  /** The program that runs: `node`, `java`, `chromium`. Only what the kernel or the command line says. */
  readonly program: string;
  /** What tells it from others of that program: script, main class, `-m` module, `--type=`, title, arguments; '' when there is nothing. */
  readonly what: string;
}

/** comm of a first thread that says no more than that it is one, as Node's does. */
const SAYS_NOTHING = /^(?:node-)?main(?:[ -]?thread)?$/i;
const COMM_CHARACTERS = 15;
/** Chromium and what is made of it: what kind of process it is. */
const CHROMIUM_TYPE = /^--type=(?:renderer|gpu-process|utility|zygote|broker|ppapi(?:-broker)?|nacl-loader|crashpad-handler|sandbox-ipc|relauncher)$/;
const CHROMIUM_DETAIL = /^--(?:utility-sub-type|renderer-client-id)=|^--extension-process$/;
const CHROMIUM = /^(?:chrom(?:e|ium)|brave|msedge|vivaldi|opera|headless_shell)/;
const CHROMIUM_SETUP = /^--(?:app|user-data-dir|remote-debugging-port)=|^--headless/;

/** Pure; throws nothing, and neither text is longer than all that it was made of. */
export function labelOf({ comm, exe, argv: raw }: ProcessWords): ProcessLabel {
  const file = baseName(exe.replace(/ \(deleted\)$/, ''));
  const argv = commandWords(raw, exe, comm);
  const title = writtenTitle(argv);
  const called = title === '' ? baseName(argv[0] ?? '').replace(/^-(?=.)/, '') : '';
  const explained = explain(comm, file) || explain(comm, called);
  const program = explained || (called !== '' && file.startsWith(called) ? called : file || called || comm);
  const words = title === '' ? distinguish([called, file, program], argv) : [withoutProgram(title, program)];
  // As much of it as is seen: a name that stands behind that is news.
  const what = shorten(words.filter((word) => word !== '').join(' '), SHOWN_CHARACTERS);
  return { program: shorten(program, SHOWN_CHARACTERS), what: shorten(withAlias(explained === '' ? comm : '', program, what), SHOWN_CHARACTERS) };
}

/** The program's name when comm is that, or what the kernel has room for of it, or that without a version (`python3` of `python3.13`); else ''. */
function explain(comm: string, name: string): string {
  if (comm === '' || !name.startsWith(comm)) return '';
  if (comm.length >= COMM_CHARACTERS) return name;
  return name.length === comm.length || /^[^\p{L}]/u.test(name.slice(comm.length)) ? comm : '';
}

/** A name that the process gave itself, before all else; not when it says nothing, or nothing more. */
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
  // Firefox names the kind of process last, behind numbers that say nothing.
  const content = argv.indexOf('-contentproc', 1);
  if (content > 0) return ['-contentproc', ...argv.slice(content + 1).slice(-1)];
  if (names.some((one) => CHROMIUM.test(one))) return argv.slice(1).filter((word) => !word.startsWith('-') || CHROMIUM_SETUP.test(word));
  return argv.slice(1);
}
