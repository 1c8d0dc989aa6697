import type { Completion, Option } from './option.ts';
import { ABOUT, OPTION_NAMES, type VerbName, VERBS } from './verbs.ts';

const NAMES = Object.keys(VERBS) as VerbName[];
const ALL = [...Object.values(ABOUT), ...Object.values(VERBS).flatMap(({ options }) => options)];

/** Functions for server/completions/procmap.bash: options of a verb, and candidates for their values. */
export function bashText(): string[] {
  return [
    '_procmap_options() {',
    '  case $1 in',
    // The last one is for a command line without a verb, too.
    ...NAMES.toSorted((a, b) => Number(a === 'show') - Number(b === 'show')).map(
      (name) => `    ${name === 'show' ? '*' : name}) echo '${optionWords(name)}' ;;`,
    ),
    '  esac',
    '}',
    '',
    '# Completes the value of an option; fails if the option takes none.',
    '_procmap_value() {',
    '  case $1 in',
    ...OPTION_NAMES.flatMap((dashed) => bashValue(dashed)),
    '    *) return 1 ;;',
    '  esac',
    '}',
  ];
}

function optionWords(name: VerbName): string {
  const about = name === 'show' ? Object.values(ABOUT) : [ABOUT.help];
  return [...VERBS[name].options, ...about].map((option) => `--${option.name}${option.value === null ? '' : '='}`).join(' ');
}

function bashValue(dashed: string): string[] {
  const option = ALL.find(({ name, value }) => `--${name}` === dashed && value !== null);
  if (option === undefined) return [];
  const pattern = option.short === undefined ? dashed : `-${option.short} | ${dashed}`;
  return [`    ${pattern}) echo '${bashCandidates(option.completion)}' ;;`];
}

function bashCandidates(completion: Completion | null): string {
  if (completion === null || completion === 'hosts') return '';
  return typeof completion === 'string' ? completion : `words ${completion.filter((word) => !word.includes(':')).join(' ')}`;
}

/** Arrays for server/completions/_procmap: options of each verb, as _arguments takes them. */
export function zshText(): string[] {
  const lists: readonly (readonly [string, readonly Option[]])[] = [
    ['common', Object.values(ABOUT)],
    ...NAMES.map((name) => [name, VERBS[name].options] as const),
  ];
  return lists.flatMap(([name, options]) => [`  ${name}=(`, ...options.map((option) => `    ${zshSpec(option, name === 'common')}`), '  )']);
}

function zshSpec(option: Option, endsAll: boolean): string {
  const { name, short, value, repeatable, summary, excludes = [] } = option;
  const long = `--${name}${value === null ? '' : '='}`;
  const letters = short === undefined ? [] : [`-${short}${value === null ? '' : '+'}`];
  const banned = endsAll ? '- *' : [...excludes.flatMap(dashedNames), ...(short === undefined ? [] : dashedNames(name))].join(' ');
  const prefix = repeatable ? '*' : banned === '' ? '' : `(${banned})`;
  const explained = `[${zshQuoted(summary)}]${value === null ? '' : `:${zshQuoted(value)}:${zshAction(option.completion)}`}`;
  return short === undefined ? `'${prefix}${long}${explained}'` : `'${prefix}'{${letters.join()},${long}}'${explained}'`;
}

/** The option's names, long and short. */
function dashedNames(name: string): string[] {
  const short = ALL.find((option) => option.name === name)?.short;
  return [...(short === undefined ? [] : [`-${short}`]), `--${name}`];
}

function zshAction(completion: Completion | null): string {
  if (completion === null) return '';
  if (completion === 'pids') return '_procmap_pids';
  if (completion === 'files') return '_files';
  return completion === 'hosts' ? '_hosts' : `(${completion.map(zshQuoted).join(' ')})`;
}

function zshQuoted(text: string): string {
  return text.replaceAll(/[\][:\\]/g, '\\$&').replaceAll("'", `'\\''`);
}
