import { scriptName } from './command-words.ts';

/** How an interpreter is told which program to run (by its manual page, `--help`). */
interface Interpreter {
  readonly names: RegExp;
  /** Options that take the next word as their value. */
  readonly values: RegExp;
  /** Options followed by the program to run; both are kept. */
  readonly kept: RegExp;
  /** Pattern of a program to run; other words are skipped. */
  readonly script?: RegExp;
}

const NEVER = /^(?!)/;
/** A class by its full name, a module with a class, or a source file. */
const JAVA_CLASS = /^[\p{L}_$][\p{L}\p{N}_$]*(?:[./-][\p{L}_$][\p{L}\p{N}_$]*)*$/u;

const INTERPRETERS: readonly Interpreter[] = [
  {
    names: /^(?:node|nodejs)$/,
    values:
      /^(?:-r|--require|--import|--(?:experimental-)?loader|-C|--conditions|--env-file(?:-if-exists)?|--input-type|--title|--disable-warning|--redirect-warnings|--icu-data-dir|--watch-path|--test-name-pattern|--allow-fs-(?:read|write)|--openssl-config|--diagnostic-dir)$/,
    kept: /^(?:-e|--eval|-p|--print|-pe|--run|--test)$/,
  },
  { names: /^(?:python|pypy)[\d.]*$/, values: /^(?:-[bBdEiIOPqRsSuvx]*[WX]|--check-hash-based-pycs)$/, kept: /^-[bBdEiIOPqRsSuvx]*[mc]/ },
  {
    names: /^java$/,
    values:
      /^(?:-cp|-classpath|--class-path|-p|--module-path|--upgrade-module-path|--add-modules|--limit-modules|--enable-native-access|--add-(?:reads|exports|opens)|--patch-module|--source)$/,
    kept: /^(?:-m|--module)$/,
    script: JAVA_CLASS,
  },
  { names: /^(?:ba|da|z|k|mk|a|fi)?sh$/, values: /^(?:[-+][a-zA-Z]*[oO]|--rcfile|--init-file)$/, kept: /^-[a-zA-Z]*c$/ },
  { names: /^perl[\d.]*$/, values: /^-[CDIM]$/, kept: /^-[a-zA-Z0-9]*[eE]$/ },
  { names: /^[ji]?ruby[\d.]*$/, values: /^-(?:[CEIrW]|-encoding)$/, kept: /^-[a-zA-Z]*e$/ },
  { names: /^php(?:-cgi)?[\d.]*$/, values: /^-[cdz]$/, kept: /^(?:-[rSf])$/ },
  { names: /^(?:dotnet|mono|mono-sgen)$/, values: /^--(?:depsfile|runtimeconfig|fx-version|additionalprobingpath|roll-forward)$/, kept: NEVER },
  { names: /^(?:lua[\d.]*(?:jit)?|luajit[\d.-]*|guile[\d.-]*|tclsh[\d.]*|wish[\d.]*)$/, values: /^-[lL]$/, kept: /^-[ec]$/ },
];

export function isInterpreter(name: string): boolean {
  return interpreterOf(name) !== undefined;
}

function interpreterOf(name: string): Interpreter | undefined {
  return INTERPRETERS.find(({ names }) => names.test(name));
}

/**
 * The program that an interpreter runs, with its arguments: `server.js --port 8000`, `-m http.server`,
 * `org.example.Main`. Empty for an interactive interpreter.
 */
export function interpretedWords(name: string, argv: readonly string[]): readonly string[] {
  const interpreter = interpreterOf(name);
  if (interpreter === undefined) return argv.slice(1);
  const { values, kept, script } = interpreter;
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const rest = argv.slice(i + 1);
    if (word === '-jar' && script === JAVA_CLASS) return [scriptName(rest[0] ?? ''), ...rest.slice(1)];
    if (kept.test(word)) return [word, ...rest];
    if (values.test(word)) i++;
    else if (word === '--') return [scriptName(rest[0] ?? ''), ...rest.slice(1)];
    else if (!/^[-+@]./.test(word) && (script?.test(word) ?? true)) return [scriptName(word), ...rest];
  }
  return [];
}
