import { PROCMAP } from '../daemon.ts';
import { atMost, type Part } from './measure.ts';
import { interleave, type Rounds } from './rounds.ts';
import type { Subject } from './subject.ts';
import { count, digits, textTable } from './table.ts';
import { run } from './tools.ts';

const COMMANDS = ['procmap', 'JSON', 'CSV', 'pmap -x', 'pmap -X'] as const;
type Command = (typeof COMMANDS)[number];

/** Compares whole commands, including their start, with tools that show the same. */
export async function measureCommands([typical, large]: readonly [Subject, Subject], quick: boolean): Promise<Part> {
  const found = [
    { rows: typical.rows, rounds: await timeCommands(typical, quick) },
    { rows: large.rows, rounds: await timeCommands(large, quick) },
  ] as const;
  const [small, big] = found;
  const at = `at ${count(big.rows)} mappings`;
  return {
    measures: [
      atMost(`procmap --pid at ${count(small.rows)} mappings, whole command`, small.rounds.wallMs('procmap') / 1000, 0.35, 's'),
      atMost(`procmap --pid ${at}, whole command`, big.rounds.wallMs('procmap') / 1000, 1.5, 's'),
      atMost(`procmap --format=json ${at} / pmap -X`, big.rounds.ratio('JSON', 'pmap -X'), 0.8, 'times'),
      atMost(`procmap --export-maps=- ${at} / pmap -X`, big.rounds.ratio('CSV', 'pmap -X'), 0.8, 'times'),
    ],
    text: `Whole commands, ms (medians; output thrown away)\n\n${textTable([
      ['mappings', ...COMMANDS, 'rounds'],
      ...found.map(({ rows, rounds }) => [count(rows), ...COMMANDS.map((name) => digits(rounds.wallMs(name))), count(rounds.length)]),
    ])}`,
  };
}

function timeCommands({ pid }: Subject, quick: boolean): Promise<Rounds<Command>> {
  const procmap = (...args: string[]) => run(PROCMAP, `--pid=${pid}`, '--no-log', ...args);
  return interleave(
    { fewest: 3, most: 15, forMs: quick ? 5000 : 20_000 },
    {
      procmap: () => procmap(),
      JSON: () => procmap('--format=json'),
      CSV: () => procmap('--export-maps=-'),
      'pmap -x': () => run('pmap', '-x', String(pid)),
      'pmap -X': () => run('pmap', '-X', String(pid)),
    },
  );
}
