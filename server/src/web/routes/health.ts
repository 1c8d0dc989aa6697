import type { FastifyInstance } from 'fastify';

/** GET /healthz: tells that the web process answers, nothing else. */
export function healthRoute(app: FastifyInstance): void {
  app.get('/healthz', { config: { open: 'everywhere' } }, () => ({ status: 'ok' }));
}
