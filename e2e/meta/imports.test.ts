import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, importGraph, importsOf, packagesOf } from './import-graph.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function sourcesIn(folder: string): string[] {
  return globSync(`${folder}/**/*.{ts,svelte}`, { cwd: ROOT }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));
}

describe('the command', () => {
  it('imports built-ins only, through all its verbs', () => {
    const graph = importGraph('server/src/main.ts');
    expect(packagesOf(graph)).toEqual([]);
    expect(filesOf(graph)).toContain('server/src/daemon/supervisor.ts');
  });

  it('loads nothing of a verb but with that verb', () => {
    const first = [...readFileSync(join(ROOT, 'server/src/main.ts'), 'utf8').matchAll(/^import .* from '(.+?)'/gm)].map(([, specifier = '']) => specifier);
    expect(first.length).toBeGreaterThan(2);
    expect(first.filter((specifier) => /^\.\/(?!common\/).*\//.test(specifier))).toEqual([]);
    const graph = importGraph('server/src/options.ts');
    expect(filesOf(graph).filter((file) => !/^(server\/src\/([a-z-]+\.ts$|(common|options)\/)|shared\/src\/)/.test(file))).toEqual([]);
  });
});

/** Rights of this process, rights meant for the two others, and messages about missing ones. */
const RIGHTS = ['reader/procfs/rights/missing-rights', 'reader/procfs/rights/standing', 'web/start/drop'].map((file) => `server/src/${file}.ts`);

describe('the daemon', () => {
  it.each(['serve', 'open'])('loads nothing of the two other programs except their protocol and their rights, to %s', (verb) => {
    const graph = importGraph(`server/src/daemon/${verb}.ts`);
    expect(filesOf(graph)).toContain('server/src/common/fault.ts');
    expect(packagesOf(graph)).toEqual([]);
    const foreign = filesOf(graph).filter((file) => /^(server\/src\/(reader|web|terminal)|shared)\//.test(file));
    // Messages of the web process are shown, and missing rights in a sentence; --rate has the same bounds as the stream.
    const texts = ['code-point-class', 'escape-bytes', 'escape-text', 'escape', 'sentence'].map((file) => `shared/src/text/${file}.ts`);
    expect(foreign.sort()).toEqual(verb === 'serve' ? [...RIGHTS, 'shared/src/rate.ts', ...texts].sort() : []);
  });
});

describe('the map in the terminal', () => {
  it('imports built-ins, shared/ and the reader only, and no package', () => {
    const graph = importGraph('server/src/terminal/show.ts');
    expect(packagesOf(graph)).toEqual([]);
    expect(filesOf(graph)).toContain('server/src/reader/reading/map.ts');
    expect(filesOf(graph).filter((file) => !/^(server\/src\/((terminal|reader|common)\/|options\.ts$)|shared\/src\/)/.test(file))).toEqual([]);
    // Includes files that show.ts does not import.
    const imports = sourcesIn('server/src/terminal').flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(10);
    expect(
      imports.filter(
        ({ specifier }) =>
          !/^(node:|\.\/|(\.\.\/){1,2}(reader|common)\/|\.\.\/(output|reading|writing)\/|\.\.\/options\.ts$|@procmap\/shared\/)/.test(specifier),
      ),
    ).toEqual([]);
  });

  it('has no way to run a program but \u0060files\u0060, to listen or to think elsewhere', () => {
    const graph = importGraph('server/src/terminal/show.ts');
    for (const banned of ['cluster', 'dgram', 'http', 'http2', 'https', 'tls', 'vm', 'worker_threads'])
      expect(graph.map(({ specifier }) => specifier)).not.toContain(`node:${banned}`);
    // Opening files of other processes can block for ever, so it has its own process.
    const starting = sourcesIn('server/src/terminal').filter((file) => importsOf(file).some(({ specifier }) => specifier === 'node:child_process'));
    expect(starting).toEqual(['server/src/terminal/reading/ask-files.ts']);
    expect(readFileSync(join(ROOT, 'server/src/terminal/reading/ask-files.ts'), 'utf8').match(/spawn\(.*?,/g)).toEqual(['spawn(process.execPath,']);
    expect(graph.filter(({ specifier }) => specifier === 'node:net').flatMap(({ names }) => names)).not.toContain('createServer');
  });
});

describe.each([
  ['the reader', ['reader/main', 'reader/hands/main'], 'shared/src/codec.ts', /^(server\/src\/(reader|common)|shared\/src)\//],
  ['files', ['files/main', 'files/hand-main'], 'server/src/files/elf.ts', /^(server\/src\/(reader|files|common)|shared\/src)\//],
] as const)('%s', (_, entries, inIt, own) => {
  const graph = entries.flatMap((entry) => importGraph(`server/src/${entry}.ts`));

  it('imports built-ins and shared/ only, and shared/ brings no package', () => {
    expect(packagesOf(graph)).toEqual([]);
    expect(filesOf(graph)).toContain(inIt);
    expect(filesOf(graph).filter((file) => !own.test(file))).toEqual([]);
  });

  it('cannot run a program or listen, and does work elsewhere only in its own threads', () => {
    const modules = new Set(graph.map(({ specifier }) => specifier).filter((specifier) => specifier.startsWith('node:')));
    const known = ['fs', 'fs/promises', 'net', 'os', 'path', 'timers/promises', 'util', 'worker_threads'].map((name) => `node:${name}`);
    expect([...modules].filter((name) => !known.includes(name))).toEqual([]);
    const making = filesOf(graph).filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('new Worker('));
    expect(making).toEqual(['server/src/reader/hands/hand.ts']);
    const network = new Set(graph.filter(({ specifier }) => specifier === 'node:net').flatMap(({ names }) => names));
    expect([...network].filter((name) => !['Socket', 'isIP', 'isIPv4', 'isIPv6'].includes(name))).toEqual([]);
  });

  it('has no way to write a file', () => {
    for (const [module, reading] of [
      [
        'node:fs',
        ['closeSync', 'constants', 'fstatSync', 'openSync', 'opendirSync', 'read', 'readFileSync', 'readSync', 'readdirSync', 'readlinkSync', 'statSync'],
      ],
      ['node:fs/promises', ['open', 'readFile', 'readdir', 'readlink', 'stat']],
    ] as const) {
      const imports = graph.filter(({ specifier }) => specifier === module);
      const calls = new Set(imports.flatMap(({ names }) => names));
      expect([...calls].filter((name) => !(reading as readonly string[]).includes(name))).toEqual([]);
      expect(imports.every(({ names }) => names.length > 0)).toBe(true);
    }
    // It opens files for reading only.
    const opened = filesOf(graph).flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bopen(?:Sync)?\((.*?)\)/g)].map(([call]) => call));
    expect(opened.length).toBeGreaterThan(0);
    expect(opened.filter((call) => !/, ('r'|constants\.O_RDONLY( \| constants\.O_(NONBLOCK|NOCTTY|NOFOLLOW|DIRECTORY))*( \| O_PATH)?)\)$/.test(call))).toEqual(
      [],
    );
  });
});

describe('a file that another process runs, has mapped or open', () => {
  /** Links below /proc/PID that lead to files of that process. */
  const LEADING =
    /Path\([^)]*['`](exe|cwd|root|map_files|fd)\b|\/\$\{\w*(pid|tid|tgid)\w*\}\/(exe|cwd|root|map_files|fd)\b|liveFile\w*\([^)]*'(exe|cwd|root)'/i;

  it('is opened by the files process only: its file system may never answer', () => {
    const leading = sourcesIn('server/src').filter((file) => LEADING.test(readFileSync(join(ROOT, file), 'utf8')));
    const inFiles = leading.filter((file) => file.startsWith('server/src/files/'));
    expect(inFiles.length).toBeGreaterThan(2);
    // These only read links, which does not access the file system behind them.
    const rest = leading.filter((file) => !inFiles.includes(file));
    expect(rest.sort()).toEqual(['server/src/daemon/children/open-files.ts', 'server/src/reader/procfs/process/read-label.ts']);
    const calls = rest.flatMap(importsOf).flatMap(({ specifier, names }) => (specifier === 'node:fs' ? names : []));
    expect([...new Set(calls)].sort()).toEqual(['readdirSync', 'readlinkSync']);
  });
});

describe('a service', () => {
  it('of the reader is the reader, plus its socket and its watchdog', () => {
    const graph = importGraph('server/src/reader/service.ts');
    expect(packagesOf(graph)).toEqual([]);
    const more = filesOf(graph).filter((file) => !/^(server\/src\/(reader|common)|shared\/src)\//.test(file));
    expect(more.sort()).toEqual(['inherited', 'notify', 'reading-service'].map((name) => `server/src/service/${name}.ts`));
    // It only listens on systemd's sockets, and only writes to systemd's notification socket.
    const source = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
    expect([...source('server/src/service/reading-service.ts').matchAll(/\.listen\((.*?),/g)].map(([, where]) => where)).toEqual(['{ fd }']);
    expect([...source('server/src/service/notify.ts').matchAll(/writeSync\((.*?),/g)].map(([, where]) => where)).toEqual(['Number(FD)']);
  });

  it('of the web process runs built-ins only before it has looked at its rights', () =>
    expect(packagesOf(importGraph('server/src/service/web.ts'))).toEqual([]));
});

describe('the web process', () => {
  it('runs built-ins only before it has dropped its privileges', () => expect(packagesOf(importGraph('server/src/web/start/main.ts'))).toEqual([]));

  it('runs five packages afterwards', () =>
    expect(packagesOf(importGraph('server/src/web/start/start.ts'))).toEqual(['@fastify/static', 'fastify', 'prom-client', 'valibot', 'ws']));

  it('reads no file and no process itself once it serves: only @fastify/static does, for the page', () => {
    const graph = importGraph('server/src/web/start/start.ts');
    const modules = new Set(graph.map(({ specifier }) => specifier));
    // e2e/api/served-page.test.ts checks which folder is served, and that nothing else can be read.
    const serving = graph.filter(({ specifier }) => specifier === '@fastify/static').map(({ file }) => file);
    expect(serving).toEqual(['server/src/web/routes/page.ts']);
    for (const banned of ['node:fs', 'node:fs/promises', 'node:child_process', 'node:worker_threads']) expect(modules).not.toContain(banned);
  });
});

describe('the page', () => {
  it.each([
    ['axis', /^(\.\/|@procmap\/shared\/|d3-array$)/],
    ['colour', /^(\.\/|@procmap\/shared\/|d3-(color|scale)$)/],
    ['draw', /^(\.\/|\.\.\/(\.\.\/)?(axis|colour|paint|label|regions)\/|@procmap\/shared\/|d3-(array|ease|interpolate|scale)$)/],
    ['regions', /^(\.\/|@procmap\/shared\/)/],
    ['maps', /^(\.\/|\.\.\/(axis)\/|@procmap\/shared\/|d3-array$)/],
    // export.ts fetches what it saves.
    ['share/!(export|*.svelte|*.test|*.fixture).ts', /^(\.\/|\.\.\/(axis|colour|draw|regions)\/|\.\.\/view\/legend\.ts$|@procmap\/shared\/)/],
  ])('keeps %s free of Svelte and the network', (place, allowed) => {
    const sources = place.endsWith('.ts') ? globSync(`web/src/${place}`, { cwd: ROOT }) : sourcesIn(`web/src/${place}`);
    const imports = sources.flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(5);
    expect(imports.filter(({ specifier }) => !allowed.test(specifier))).toEqual([]);
  });

  it('brings few packages into the browser', () =>
    expect(packagesOf(importGraph('web/src/main.ts'))).toEqual([
      'd3-array',
      'd3-color',
      'd3-ease',
      'd3-interpolate',
      'd3-scale',
      'd3-selection',
      'svelte',
      'valibot',
    ]));
});

describe('a build', () =>
  it.each(['main', 'reader', 'web', 'reader-service', 'web-service', 'root-files'])('of %s imports built-ins and its own chunks only', (name) => {
    const outside = (file: string, seen = new Set<string>()): string[] => {
      if (seen.has(file)) return [];
      seen.add(file);
      return importsOf(`server/dist/${file}`).flatMap(({ specifier }) =>
        specifier.startsWith('./') ? outside(specifier.slice(2), seen) : specifier.startsWith('node:') ? [] : [specifier],
      );
    };
    expect(outside(`${name}.js`)).toEqual([]);
  }));
