import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { pidOf } from './pid.ts';

interface Of {
  readonly Params: { readonly pid: string };
  readonly Querystring: Readonly<Record<string, unknown>>;
}

export type ProcessRequest = FastifyRequest<Of>;
type Handler = (pid: number, request: ProcessRequest, reply: FastifyReply) => Promise<unknown>;

/** Adds GET /api/processes/:pid/NAME. The handler gets the validated process id of the path. */
export function processRoute(app: FastifyInstance, name: string, handler: Handler, options: RouteShorthandOptions = {}): void {
  app.get<Of>(`/api/processes/:pid/${name}`, options as object, async (request, reply) => handler(pidOf(request.params.pid), request, reply));
}
