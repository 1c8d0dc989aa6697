import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { assertConfined } from '../common/confinement.ts';
import { endNow } from '../common/end-now.ts';
import { FilesServer } from './serve.ts';

/**
 * The files process, which may hang. Until file descriptor 3 is closed, it answers requests that open or look up files
 * of other processes. Its options are those of the reader.
 */
const STREAM_FD = 3;

const { values } = parseArgs({ options: { confined: { type: 'string' }, unbounded: { type: 'boolean', default: false } } });
if (values.confined !== undefined) assertConfined(values.confined === 'own' ? null : Number(values.confined), !values.unbounded);

const stream = new Socket({ fd: STREAM_FD, readable: true, writable: true });
for (const event of ['end', 'close', 'error']) stream.on(event, endNow);
new FilesServer(stream);
