/**
 * `METHOD /path` of each route, from the tree that Fastify's printRoutes({ commonPrefix: false }) prints: four columns
 * per level, with the pieces of a path below each other.
 */
export function routesOf(tree: string): string[] {
  const pieces: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', piece = '', methods = ''] = /^([│ ]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    pieces.splice(indent.length / 4, Infinity, piece);
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${pieces.join('')}`);
  });
}

/** Required query of a route, by the end of its path. */
const QUERIES: Readonly<Record<string, string>> = { locate: 'start=0x1000&length_kb=4', file: 'start=0x1000', pages: 'start=0x1000&count=1' };

/** A path that the route answers, for the process of that pid. */
export function pathOf(route: string, pid: number): string {
  const path = route.slice(route.indexOf(' ') + 1).replace(/:[pt]id\b/, String(pid));
  const query = QUERIES[path.slice(path.lastIndexOf('/') + 1)];
  return query === undefined ? path : `${path}?${query}`;
}

/** Names a route whose status is not the one expected: a required query that {@link pathOf} does not know is refused. */
export function named(route: string, { status, body }: { readonly status: number; readonly body: string }): string {
  return status === 400 ? `${route} (${body}; if it needs a query, add that to QUERIES of server/test/route-table.ts)` : route;
}
