import { formatAddress } from '@procmap/shared/page.ts';
import type { FastifyInstance } from 'fastify';
import { processRoute } from '../answer/process-route.ts';
import type { AppParts } from './app-parts.ts';

interface ObjectsJson {
  readonly bss: readonly { readonly start: string; readonly end: string }[];
  readonly go: boolean;
}

/** GET /api/processes/:pid/objects: what the mapped ELF files tell of the memory behind them. */
export function objectsRoute(app: FastifyInstance, { files }: Pick<AppParts, 'files'>): void {
  const answer = async (pid: number): Promise<ObjectsJson> => {
    const { bss, isGo } = (await files.ask({ op: 'objects', pid })).head.objects;
    return { bss: bss.map(({ start, end }) => ({ start: formatAddress(start), end: formatAddress(end) })), go: isGo };
  };
  processRoute(app, 'objects', answer, { exposeHeadRoute: false });
}
