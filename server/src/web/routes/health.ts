import type { FastifyInstance } from 'fastify';

/** GET /healthz: that the web process answers, and nothing else. */
export function healthRoute(app: FastifyInstance): void {
  app.get('/healthz', { config: { open: 'everywhere' } }, () => ({ status: 'ok' }));
}
