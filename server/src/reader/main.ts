import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { assertConfined } from './confinement.ts';
import { handedRootFiles } from './kernel/handed-files.ts';
import { ownRootFiles } from './kernel/root-files.ts';
import { PROC_ROOT } from './procfs/proc-file.ts';
import { ReaderServer } from './serve.ts';

/**
 * The reader: answers protocol.ts on file descriptor 3 until that is closed. `--confined=UID`: started by root, check that little is left of it; `--confined=own`: the same
 * of what cannot become another user. `--unbounded`: what it could be given was not for the daemon to bound.
 * `--avoid=PID,...`: a reader before this one hung at the command line of these. `--root-files`: what only root may open is handed over (kernel/handed-files.ts).
 */
const STREAM_FD = 3;

const { values } = parseArgs({
  options: {
    confined: { type: 'string' },
    unbounded: { type: 'boolean', default: false },
    avoid: { type: 'string', default: '' },
    'root-files': { type: 'boolean', default: false },
  },
});
if (values.confined !== undefined) assertConfined(values.confined === 'own' ? null : Number(values.confined), !values.unbounded);

const stream = new Socket({ fd: STREAM_FD, readable: true, writable: true });
stream.on('end', () => process.exit(0));
stream.on('close', () => process.exit(0));
stream.on('error', () => process.exit(0));
const root = values['root-files'] ? handedRootFiles() : ownRootFiles(PROC_ROOT);
new ReaderServer(stream, new Set(values.avoid.split(',').map(Number)), root);
