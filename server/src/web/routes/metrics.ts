import type { FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';
import type { Duty } from '../link/duty.ts';
import { type Fleet, fleetMatcher, FleetReader } from '../fleet/fleet.ts';
import { FleetUses } from '../fleet/fleet-uses.ts';
import { metricsText } from '../fleet/metrics.ts';

/** Scrapes within this time get the same figures. */
const MIN_MS = 1000;

/**
 * GET /metrics: figures of the processes of --metrics-match, for Prometheus. However many clients scrape, processes are
 * read at most once a second.
 */
export function metricsRoute(app: FastifyInstance, { reader, files, memories, metricsMatch, version }: AppParts, duty: Duty): void {
  const reading = new FleetReader(reader, memories, new FleetUses({ reader, files }, duty), fleetMatcher(metricsMatch));
  const nobody: Fleet = { members: [], leftOut: 0 };
  let latest: { fleet: Promise<Fleet>; until: number } | null = null;

  function fleet(): Promise<Fleet> {
    if (metricsMatch.length === 0) return Promise.resolve(nobody);
    if (latest !== null && performance.now() < latest.until) return latest.fleet;
    const next = { fleet: reading.read(), until: Infinity };
    latest = next;
    next.fleet.then(
      () => (next.until = performance.now() + MIN_MS),
      () => (next.until = 0),
    );
    return next.fleet;
  }

  app.get('/metrics', { exposeHeadRoute: false }, async (_, reply) => {
    const { type, text } = await metricsText(version, await fleet());
    return reply.type(type).send(text);
  });
}
