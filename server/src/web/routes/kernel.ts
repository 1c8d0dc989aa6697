import { Readable } from 'node:stream';
import { regionsCsv } from '@procmap/shared/output/csv.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { kernelJson } from '@procmap/shared/output/kernel-json.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import type { Layout } from '@procmap/shared/layout.ts';
import { EMPTY_TABLE } from '@procmap/shared/region.ts';
import type { FastifyInstance } from 'fastify';
import { apiError, ApiFault } from '../answer/api-error.ts';
import type { AppParts } from './app-parts.ts';
import { bySlices } from '../answer/by-slices.ts';
import { sendCsv } from '../answer/csv-reply.ts';
import type { ReaderLink } from '../link/reader-link.ts';

/** GET /api/kernel: the kernel half, with the contents of its page tables. GET /api/kernel.csv: its regions. */
export function kernelRoutes(app: FastifyInstance, { reader, kernel }: AppParts): void {
  app.get('/api/kernel', async (_, reply) => {
    const [layout, half] = await Promise.all([askLayout(reader), kernel.read()]);
    return reply.type('application/json; charset=utf-8').send(Readable.from(bySlices(kernelJson(half, layout))));
  });
  app.get('/api/kernel.csv', async (_, reply) => {
    const [layout, half] = await Promise.all([askLayout(reader), kernel.read()]);
    return sendCsv(reply, 'procmap-kernel.csv', regionsCsv(tile(EMPTY_TABLE, layout, regionParts(half, layout)), 'kernel'));
  });
}

async function askLayout(reader: ReaderLink): Promise<Layout> {
  const { system, layout } = (await reader.ask({ op: 'system' })).head;
  if (layout === null) throw new ApiFault(apiError(503, 'unknown_layout', `procmap does not know the address-space layout of ${system.arch}`));
  return layout;
}
