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

/** A path that the route answers, for the process of that pid. */
export function pathOf(route: string, pid: number): string {
  const path = route.slice(route.indexOf(' ') + 1).replace(/:[pt]id\b/, String(pid));
  if (path.endsWith('/locate')) return `${path}?start=0x1000&length_kb=4`;
  if (path.endsWith('/file')) return `${path}?start=0x1000`;
  return path.endsWith('/pages') ? `${path}?start=0x1000&count=1` : path;
}
