import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

/** `make soak`: an hour of all kinds of use, or --minutes=N. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const { lines, faults } = await soak(Number(values.minutes));
for (const line of lines) process.stdout.write(`${line}\n`);
for (const fault of faults) process.stdout.write(`not flat: ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
