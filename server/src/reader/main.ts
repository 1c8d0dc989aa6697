import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { assertConfined } from '../common/confinement.ts';
import { readHandedHeaders } from './kernel/root-files/handed-files.ts';
import type { RootPlan } from './kernel/root-files/root-plan.ts';
import { endNow } from '../common/end-now.ts';
import { ReaderServer } from './serve.ts';

/**
 * The reader: answers protocol.ts on file descriptor 3 until that is closed. `--confined=UID`: started by root, check that little is left of it; `--confined=own`: the same
 * of what cannot become another user. `--unbounded`: what it could be given was not for the daemon to bound.
 * `--root-files`: what only root may open is handed over (kernel/handed-files.ts).
 */
const STREAM_FD = 3;

const { values } = parseArgs({
  options: {
    confined: { type: 'string' },
    unbounded: { type: 'boolean', default: false },
    'root-files': { type: 'boolean', default: false },
  },
});
if (values.confined !== undefined) assertConfined(values.confined === 'own' ? null : Number(values.confined), !values.unbounded);

const stream = new Socket({ fd: STREAM_FD, readable: true, writable: true });
for (const event of ['end', 'close', 'error']) stream.on(event, endNow);
const root = values['root-files'] ? readHandedHeaders().then((headers): RootPlan => ({ from: 'daemon', headers })) : Promise.resolve<RootPlan>({ from: 'own' });
const server = new ReaderServer(stream, root);
if (values.confined !== undefined) server.warmUp();
