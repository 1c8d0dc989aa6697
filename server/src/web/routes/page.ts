import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { join, sep } from 'node:path';
import type { KeptPage } from './kept-page.ts';

export interface Page {
  /** The folder of its files, as built. Only the user who started the daemon can change them. */
  readonly folder: string;
  /** index.html with the commands of this daemon. */
  readonly index: string;
  readonly kept: KeptPage;
}

/**
 * Files without a route of their own: compressed forms of others, and the page itself, which differs between daemons.
 */
const NO_ROUTES = ['index.html', '**/*.br', '**/*.gz'];

/**
 * The page and its assets: one route for each file that exists at the start, so that no path can reach anything else.
 */
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
      // Names of assets contain a hash of their content, so they never change.
      cacheControl: false,
      setHeaders: (reply, path) => {
        if (path.startsWith(assets)) reply.header('cache-control', 'private, max-age=31536000, immutable');
      },
    });
  });
}
