import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { bySlices } from './by-slices.ts';

/** Sends CSV. The file name is procmap's, not the process's: that could contain anything. */
export function sendCsv(reply: FastifyReply, fileName: string, chunks: Generator<string>): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Readable.from(bySlices(chunks)));
}
