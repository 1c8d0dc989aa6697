import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Commands, PLAIN_COMMANDS } from '../common/commands.ts';
import { log } from '../common/log.ts';
import { apiError, type ApiError, asPreferred, noSession } from './answer/api-error.ts';
import { limitAnswer } from './answer/answer-times.ts';
import type { AppParts } from './routes/app-parts.ts';
import { Duty } from './link/duty.ts';
import { errorAnswer } from './answer/error-answer.ts';
import { apiErrorOf, parserErrorOf } from './answer/faults.ts';
import { setSecurityHeaders } from './gate/guard.ts';
import { MAX_ARRIVING } from './gate/places.ts';
import { refuse } from './gate/refuse.ts';
import { breakdownRoute } from './routes/breakdown.ts';
import { fileRoute } from './routes/file.ts';
import { objectsRoute } from './routes/objects.ts';
import { healthRoute } from './routes/health.ts';
import { kernelRoutes } from './routes/kernel.ts';
import { locateRoute } from './routes/locate.ts';
import { mapRoutes } from './routes/map.ts';
import { metricsRoute } from './routes/metrics.ts';
import { sendKept } from './routes/kept-page.ts';
import { pageRoutes } from './routes/page.ts';
import { pagesRoute } from './routes/pages.ts';
import { processesRoute, threadRoute } from './routes/processes.ts';
import { sessionRoute } from './routes/session.ts';
import { smapsRoute } from './routes/smaps.ts';
import { statsRoutes } from './routes/stats.ts';
import { systemRoute } from './routes/system.ts';
import { threadsRoute } from './routes/threads.ts';
import { MAX_UNANSWERED, Turns } from './gate/turns.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without a session, at all of our names or only at the page's. Every other route needs one. */
    readonly open?: 'everywhere' | 'page';
    /** True: the answer is sent as data comes, and its handler drops slow clients itself. */
    readonly paced?: boolean;
  }
}

const SERVER_OPTIONS: ServerOptions = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  // Node's own refusal has no security headers; that of the guard has.
  requireHostHeader: false,
};
const MAX_BODY_BYTES = 16 * 1024;
const CROWDED = apiError(429, 'too_many_requests', `${MAX_UNANSWERED} requests on this connection are waiting; read their answers before you send more`);
const LATE_UPGRADE = apiError(400, 'bad_upgrade', 'earlier requests on this connection are waiting; open the WebSocket on a connection of its own');

/**
 * Builds the server with all routes; it does not listen yet. The guard and the check of the user come before the
 * router, so that a refused request reaches no other code.
 */
export function buildApp(parts: AppParts): FastifyInstance {
  const { guard, access, places, commands } = parts;
  const turns = new Turns();
  const serverFactory = (handler: (request: IncomingMessage, response: ServerResponse) => void): Server => {
    const guarded = (request: IncomingMessage, response: ServerResponse): void => {
      setSecurityHeaders(response);
      turns.take(
        request,
        response,
        () => begin(request, response),
        () => answer(request, response, CROWDED, PLAIN_COMMANDS),
      );
    };
    const begin = (request: IncomingMessage, response: ServerResponse): void => {
      const refusal = guard.refusal(request) ?? targetFault(request.url) ?? (asksForStream(request) ? LATE_UPGRADE : null);
      // A client that uses another name, or comes from another site, learns nothing about this machine.
      if (refusal !== null) answer(request, response, refusal, PLAIN_COMMANDS);
      else
        void places.refusal(request.socket).then((turnedAway) => {
          if (turnedAway === null) handler(request, response);
          else answer(request, response, turnedAway, commands);
        });
    };
    // Some clients offer HTTP/2 (h2c) with each request, which may be ignored (RFC 9110 7.8). No upgrade while an
    // answer is due either: it would come after the 101.
    const shouldUpgradeCallback = (request: IncomingMessage): boolean => asksForStream(request) && turns.isFree(request.socket);
    const server = createServer({ ...SERVER_OPTIONS, shouldUpgradeCallback }, guarded).on('checkExpectation', guarded);
    server.on('connection', (socket: Socket) => void places.take(socket));
    server.maxConnections = MAX_ARRIVING;
    return server;
  };
  const sendError = (request: FastifyRequest, reply: FastifyReply, error: ApiError): FastifyReply => {
    const { headers, body } = errorAnswer(request.raw, error, commands);
    return reply.code(error.status).headers(headers).send(body);
  };
  const app = Fastify({
    serverFactory,
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    clientErrorHandler: (error, socket) => {
      // Not in place of an answer that is due.
      if (socket.writable && turns.isFree(socket)) refuse(socket, parserErrorOf(error.code));
      else socket.destroy();
    },
    // The router's own errors (invalid UTF-8, a parameter that is too long) have the common form too.
    frameworkErrors: (error, request, reply) => void sendError(request, reply, apiErrorOf(error)),
    routerOptions: { maxParamLength: 100 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  // The only other type that Fastify parses; any web page may send it here.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    const { open = null } = request.routeOptions.config;
    const pageAddress = guard.pageAddress(request.headers.host);
    if (open === 'page' && pageAddress !== null) {
      if (leadsToPage(request)) await reply.redirect(pageAddress, 307);
      else await sendError(request, reply, NO_PAGE_HERE);
      return;
    }
    const isOpen = request.is404 ? !request.url.startsWith('/api') : open !== null;
    const mayAsk = pageAddress === null ? access.grant(request.headers) !== null : access.hasToken(request.headers);
    if (!isOpen && !mayAsk) await sendError(request, reply, noSession(request.headers, commands));
  });
  app.addHook('onSend', async (request, reply) => limitAnswer(reply.raw, request.routeOptions.config.paced === true));
  app.setNotFoundHandler(
    (request, reply) => sendKept(parts.page.kept, request, reply) ?? sendError(request, reply, apiError(404, 'not_found', 'there is nothing here')),
  );
  app.setErrorHandler((error, request, reply) => {
    const answered = asPreferred(request.headers, apiErrorOf(error));
    if (answered.status === 500)
      log('error', 'a request failed', { route: request.routeOptions.url ?? '', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return sendError(request, reply, answered);
  });
  healthRoute(app);
  pageRoutes(app, parts.page);
  sessionRoute(app, access, commands);
  processesRoute(app, parts.reader);
  threadRoute(app, parts.reader);
  kernelRoutes(app, parts);
  statsRoutes(app, parts);
  locateRoute(app, parts);
  fileRoute(app, parts);
  objectsRoute(app, parts);
  // All of them walk the page tables of a process, so they share one budget.
  const duty = new Duty();
  mapRoutes(app, parts, duty);
  breakdownRoute(app, parts, duty);
  threadsRoute(app, parts, duty);
  smapsRoute(app, parts.reader, duty);
  pagesRoute(app, parts.reader, duty);
  systemRoute(app, parts);
  metricsRoute(app, parts, duty);
  return app;
}

const NO_PAGE_HERE = apiError(403, 'wrong_host', 'the page is not served at this address; open the link that procmap printed, or run: procmap open');

/**
 * True if the request opens the page in a window, or does not come from a browser. Scripts and frames of a page that
 * another program has left at this address (a service worker lives for years) do not learn the new address.
 */
function leadsToPage({ method, url, headers }: FastifyRequest): boolean {
  const { 'sec-fetch-dest': dest = 'document', 'sec-fetch-mode': mode = 'navigate' } = headers;
  return (method === 'GET' || method === 'HEAD') && url === '/' && dest === 'document' && mode === 'navigate';
}

/** The target must be a path: an absolute URL would name a second host beside the Host header. */
function targetFault(url: string | undefined): ApiError | null {
  return url?.startsWith('/') === true ? null : apiError(404, 'not_found', 'there is nothing here');
}

function asksForStream({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && /\bupgrade\b/i.test(headers.connection ?? '');
}

function answer(request: IncomingMessage, response: ServerResponse, error: ApiError, commands: Commands): void {
  const { headers, body } = errorAnswer(request, error, commands);
  // Closes the connection: the rest of the request does not matter.
  response.writeHead(error.status, { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }).end(body);
}
