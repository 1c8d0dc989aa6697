import type { FastifyInstance } from 'fastify';
import type { PageFiles } from './page-files.ts';

/** The page and its assets: one route for each file of the build, so that no path can name anything else. */
export function pageRoutes(app: FastifyInstance, files: PageFiles): void {
  for (const [path, file] of files) {
    app.get(path, { config: { open: 'page' } }, (request, reply) => {
      reply.type(file.type).header('vary', 'accept-encoding');
      if (file.immutable) reply.header('cache-control', 'private, max-age=31536000, immutable');
      if (file.gzip === null || !takesGzip(request.headers['accept-encoding'])) return reply.send(file.body);
      return reply.header('content-encoding', 'gzip').send(file.gzip);
    });
  }
}

/** RFC 9110, 12.5.3: named, and not with a weight of zero. */
function takesGzip(acceptEncoding = ''): boolean {
  return /(?:^|,)\s*gzip\s*(?!;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)/i.test(acceptEncoding);
}
