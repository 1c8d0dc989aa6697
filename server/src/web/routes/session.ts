import type { FastifyInstance } from 'fastify';
import type { Commands } from '../../common/commands.ts';
import type { Access } from '../gate/access.ts';
import { apiError, ApiFault } from '../answer/api-error.ts';

interface Body {
  readonly key: string;
}

const SCHEMA = {
  body: { type: 'object', required: ['key'], additionalProperties: false, properties: { key: { type: 'string', minLength: 1, maxLength: 128 } } },
} as const;

/**
 * POST /api/session: exchanges a link's one-time key for a session, which consists of a cookie and a key that the page
 * stores.
 */
export function sessionRoute(app: FastifyInstance, access: Access, commands: Commands): void {
  app.post<{ Body: Body }>('/api/session', { config: { open: 'page' }, schema: SCHEMA }, (request, reply) => {
    const credentials = access.exchange(request.body.key);
    if (credentials === null) throw new ApiFault(apiError(401, 'link_used', `this link has expired or was already used; run: ${commands.open}`));
    reply.header('set-cookie', access.cookieHeader(credentials));
    return { key: credentials.key };
  });
}
