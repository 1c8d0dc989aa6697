import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { join, sep } from 'node:path';

export interface Page {
  /** Of its files, as they were built: nobody but who started the daemon can change them. */
  readonly folder: string;
  /** index.html as this daemon serves it. */
  readonly index: string;
}

/** Not routes of their own: forms of other files, and the page itself, which is another for each daemon. */
const NO_ROUTES = ['index.html', '**/*.br', '**/*.gz'];

/** The page and its assets: one route for each file that is there at the start, so that no path can name anything else. */
export function pageRoutes(app: FastifyInstance, { folder, index }: Page): void {
  const assets = join(folder, 'assets') + sep;
  app.get('/', { config: { open: 'page' } }, (_, reply) => reply.type('text/html; charset=utf-8').send(index));
  app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, open: 'page' };
    });
    await scope.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      globIgnore: NO_ROUTES,
      index: false,
      dotfiles: 'ignore',
      preCompressed: true,
      decorateReply: false,
      // Names of assets hold a hash of what is in them: they never change.
      cacheControl: false,
      setHeaders: (reply, path) => {
        if (path.startsWith(assets)) reply.header('cache-control', 'private, max-age=31536000, immutable');
      },
    });
  });
}
