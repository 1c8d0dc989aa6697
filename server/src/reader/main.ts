import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { assertConfined } from './confinement.ts';
import { ReaderServer } from './serve.ts';

/**
 * The reader: answers protocol.ts on file descriptor 3 until that is closed. `--confined=UID`: started by root, check that little is left of it.
 * `--avoid=PID,...`: a reader before this one hung at the command line of these.
 */
const STREAM_FD = 3;

const { values } = parseArgs({ options: { confined: { type: 'string' }, avoid: { type: 'string', default: '' } } });
if (values.confined !== undefined) assertConfined(Number(values.confined));

const stream = new Socket({ fd: STREAM_FD, readable: true, writable: true });
stream.on('end', () => process.exit(0));
stream.on('close', () => process.exit(0));
stream.on('error', () => process.exit(0));
new ReaderServer(stream, new Set(values.avoid.split(',').map(Number)));
