import packageJson from '../package.json' with { type: 'json' };
import { Fault } from './common/fault.ts';
import { HELP, helpOf } from './help.ts';
import { parseOptions } from './options.ts';
import { writeOut } from './common/stdout.ts';

const OLDEST_NODE = 24;

/** Runs the verb of argv. Modules of a verb are loaded only when it runs. */
async function main(argv: readonly string[]): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new Fault(
      `this Node is ${process.versions.node}, and procmap needs ${OLDEST_NODE} or later; run 'make build', then node_modules/.bin/procmap brings its own`,
    );
  }
  const options = parseOptions(argv);
  switch (options.verb) {
    case 'help':
      await writeOut([options.of === undefined ? HELP : helpOf(options.of)]);
      return;
    case 'version':
      await writeOut([`procmap ${packageJson.version}\n`]);
      return;
    case 'open':
      await (await import('./daemon/open.ts')).open(options, import.meta.dirname);
      return;
    case 'show':
      await (await import('./terminal/show.ts')).show(options, packageJson.version, argv);
      return;
    case 'record':
      await (await import('./terminal/recordings/record.ts')).record(options, packageJson.version);
      return;
    case 'diff':
      await (await import('./terminal/recordings/diff.ts')).diff(options);
      return;
    case 'serve':
      await (await import('./daemon/serve.ts')).serve(options, import.meta.dirname, packageJson.version);
  }
}

// Ignore write errors: they must change neither the work nor the exit status.
process.stderr.on('error', () => undefined);
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  process.stderr.write(`procmap: ${error.message}\n`);
  process.exitCode = error.exitStatus;
}
