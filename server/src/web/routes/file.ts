import type { FileNow } from '@procmap/shared/files/file-now.ts';
import type { FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';
import { type ProcessRequest, processRoute } from '../answer/process-route.ts';
import { badRange, pageOf } from '../answer/range.ts';

/**
 * GET /api/processes/:pid/file?start=0x..: describes the file at the path of the mapping that starts there. Identified
 * by that address, never by a path from the client.
 */
export function fileRoute(app: FastifyInstance, { files }: Pick<AppParts, 'files'>): void {
  const answer = async (pid: number, { query }: ProcessRequest): Promise<FileNow> => {
    const { start, ...others } = query;
    if (Object.keys(others).length > 0) throw badRange('ask with start only');
    const startPage = pageOf(start);
    if (startPage === null) throw badRange('start must be the address at which a mapping starts, in hex, as start=0x7f0000000000');
    return (await files.ask({ op: 'file', pid, startPage })).head.file;
  };
  processRoute(app, 'file', answer, { exposeHeadRoute: false });
}
