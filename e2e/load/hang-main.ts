import { parseArgs } from 'node:util';
import { hang, hangLines } from './hang.ts';

/**
 * `make hang`: runs ten minutes, or --minutes=N, beside a process that hangs in every way. Prints figures, and only
 * asserts that requests about others are answered.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const report = await hang(Number(values.minutes) * 60, 15_000);
for (const line of hangLines(report)) process.stdout.write(`${line}\n`);
process.exitCode = report.failures.length === 0 ? 0 : 1;
