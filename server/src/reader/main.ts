import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { assertConfined } from '../common/confinement.ts';
import { readHandedHeaders } from './kernel/root-files/handed-files.ts';
import type { RootPlan } from './kernel/root-files/root-plan.ts';
import { endNow } from '../common/end-now.ts';
import { ReaderServer } from './serve.ts';

/**
 * The reader: answers the requests of protocol.ts on file descriptor 3 until that is closed. `--confined=UID`: started
 * by root; check that it has dropped its rights. `--confined=own`: the same without a change of user. `--unbounded`: do
 * not check the bounding set, which the daemon could not limit. `--root-files`: the daemon hands over files that only
 * root may open (kernel/root-files/handed-files.ts).
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
