import { everyImportOf, ownFile } from './import-graph.ts';

/** An import that leads from one room into another, for a type or for more. */
export interface Arrow {
  readonly file: string;
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

/** Room -> the rooms that it may import. Each stands below all that it imports: so there is no circle. */
export type Rooms = Readonly<Record<string, readonly string[]>>;

/** Room -> the files that others may import; a room without a line here has no walls. */
export type Doors = Readonly<Record<string, readonly string[]>>;

/** The room of a file: its folder without `src`, or the file itself where it is one of `entries`. null for what lies beside the sources. */
export function roomOf(file: string, entries: readonly string[]): string | null {
  const [, workspace, folder = ''] = /^(web|server|shared)\/src((?:\/[^/]+)*)\/[^/]+$/.exec(file) ?? [];
  if (workspace === undefined) return null;
  return entries.includes(file) ? file.replace('/src/', '/') : workspace + folder;
}

/** All arrows from some files. */
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

/** Arrows that the table does not know, and entries of the table that no import needs. Sentences. */
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

/** Entries of the table that lead downward, or to the room itself: each circle has one. Sentences. */
export function upsideDown(rooms: Rooms): string[] {
  const order = Object.keys(rooms);
  return Object.entries(rooms).flatMap(([from, allowed]) =>
    allowed
      .filter((to) => !order.slice(0, order.indexOf(from)).includes(to))
      .map((to) => `${from} may import ${to}, which does not stand above it in e2e/meta/rooms.ts. Move one of them; where neither can be, this is a circle.`),
  );
}

/** Imports past a door, and doors that nobody uses. Sentences. */
export function pastDoors(arrows: readonly Arrow[], doors: Doors): string[] {
  return Object.entries(doors).flatMap(([room, names]) => {
    const entering = arrows.filter(({ to }) => to === room).map(({ file, target }) => ({ file, name: target.slice(target.lastIndexOf('/') + 1) }));
    return [
      ...entering
        .filter(({ name }) => !names.includes(name))
        .map(({ file, name }) => `${file} imports ${name} of ${room}, which is no door. If it should be, add it to DOORS in e2e/meta/rooms.ts.`),
      ...names
        .filter((name) => !entering.some((each) => each.name === name))
        .map((name) => `Nobody outside imports ${name} of ${room}: take it out of DOORS in e2e/meta/rooms.ts.`),
    ];
  });
}
