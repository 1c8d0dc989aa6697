import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { assertConfined } from '../common/confinement.ts';
import { endNow } from '../common/end-now.ts';
import { FilesServer } from './serve.ts';

/** The process that may hang: answers on file descriptor 3 until that is closed what opens or looks up files of others. Its options are the reader's. */
const STREAM_FD = 3;

const { values } = parseArgs({ options: { confined: { type: 'string' }, unbounded: { type: 'boolean', default: false } } });
if (values.confined !== undefined) assertConfined(values.confined === 'own' ? null : Number(values.confined), !values.unbounded);

const stream = new Socket({ fd: STREAM_FD, readable: true, writable: true });
for (const event of ['end', 'close', 'error']) stream.on(event, endNow);
new FilesServer(stream);
