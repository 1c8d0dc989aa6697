import { everyImportOf, ownFile } from './import-graph.ts';

/** An import from one room into another, including imports of types. */
export interface Arrow {
  readonly file: string;
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Maps each room to the rooms that it may import. Each room comes after all that it imports, so there are no circles.
 */
export type Rooms = Readonly<Record<string, readonly string[]>>;

/** Maps a room to the files that others may import. A room without an entry is open. */
export type Doors = Readonly<Record<string, readonly string[]>>;

/**
 * The room of a file: its folder without `src`, or the file itself if it is one of `entries`. null for files outside of
 * the sources.
 */
export function roomOf(file: string, entries: readonly string[]): string | null {
  const [, workspace, folder = ''] = /^(web|server|shared)\/src((?:\/[^/]+)*)\/[^/]+$/.exec(file) ?? [];
  if (workspace === undefined) return null;
  return entries.includes(file) ? file.replace('/src/', '/') : workspace + folder;
}

/** All arrows from the given files. */
export function arrowsOf(files: readonly string[], entries: readonly string[]): Arrow[] {
  return files.flatMap((file) => {
    const from = roomOf(file, entries);
    return everyImportOf(file).flatMap((each) => {
      const target = ownFile(each);
      const to = target === null ? null : roomOf(target, entries);
      return target === null || to === null || from === null || from === to ? [] : [{ file, target, from, to }];
    });
  });
}

/** Arrows that are missing in the table, and entries that no import needs, as sentences. */
export function differences(arrows: readonly Arrow[], rooms: Rooms): string[] {
  const unknown = arrows
    .filter(({ from, to }) => rooms[from]?.includes(to) !== true)
    .map(
      ({ file, target, from, to }) => `${file} imports ${target}: ${from} may not import ${to}. If it should, add '${to}' to '${from}' in e2e/meta/rooms.ts.`,
    );
  const idle = Object.entries(rooms).flatMap(([from, allowed]) =>
    allowed
      .filter((to) => !arrows.some((arrow) => arrow.from === from && arrow.to === to))
      .map((to) => `Nothing in ${from} imports ${to} any more. Take '${to}' out of '${from}' in e2e/meta/rooms.ts.`),
  );
  return [...unknown, ...idle];
}

/** Entries of the table that point to a later room or to the room itself, as sentences. Every circle contains one. */
export function upsideDown(rooms: Rooms): string[] {
  const order = Object.keys(rooms);
  return Object.entries(rooms).flatMap(([from, allowed]) =>
    allowed
      .filter((to) => !order.slice(0, order.indexOf(from)).includes(to))
      .map((to) => `${from} may import ${to}, which does not stand above it in e2e/meta/rooms.ts. Move one of them; where neither can be, this is a circle.`),
  );
}

/** Imports that bypass a door, and doors that nobody uses, as sentences. */
export function pastDoors(arrows: readonly Arrow[], doors: Doors): string[] {
  return Object.entries(doors).flatMap(([room, names]) => {
    const entering = arrows.filter(({ to }) => to === room).map(({ file, target }) => ({ file, name: target.slice(target.lastIndexOf('/') + 1) }));
    return [
      ...entering
        .filter(({ name }) => !names.includes(name))
        .map(({ file, name }) => `${file} imports ${name} of ${room}, which is no door. If it should be, add it to DOORS in e2e/meta/doors.ts.`),
      ...names
        .filter((name) => !entering.some((each) => each.name === name))
        .map((name) => `Nobody outside imports ${name} of ${room}: take it out of DOORS in e2e/meta/doors.ts.`),
    ];
  });
}
