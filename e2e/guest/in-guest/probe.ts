import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/**
 * Runs in place of a procmap program, under its unit's restrictions, and reports what it can do: `true` or the name of
 * an error for each attempt, as JSON on standard output.
 */
function attempt(what: () => unknown): string | boolean {
  try {
    return what() !== false;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

function dial(options: { host: string; port: number } | { path: string }): Promise<string> {
  return new Promise((resolve) => {
    const peer = connect(options, () => {
      resolve('connected');
      peer.destroy();
    });
    peer.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

function listen(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      resolve('listens');
      server.close();
    });
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** Reads the first pages of systemd's own address space. */
function pagemapOfFirst(): boolean {
  const [, start = '0'] = /^([0-9a-f]+)-/.exec(readFileSync('/proc/1/maps', 'latin1')) ?? [];
  const file = openSync('/proc/1/pagemap', 'r');
  const entry = Buffer.alloc(8);
  try {
    return readSync(file, entry, 0, 8, (BigInt(`0x${start}`) / 4096n) * 8n) === 8;
  } finally {
    closeSync(file);
  }
}

const status = attempt(() => readFileSync('/proc/self/status'));
process.stdout.write(
  JSON.stringify({
    status,
    maps: attempt(() => readFileSync('/proc/1/maps').length > 0),
    smapsRollup: attempt(() => readFileSync('/proc/1/smaps_rollup').length > 0),
    pagemap: attempt(pagemapOfFirst),
    mapFiles: attempt(() => readdirSync('/proc/1/map_files').some((name) => readlinkSync(`/proc/1/map_files/${name}`) !== '')),
    exe: attempt(() => readlinkSync('/proc/1/exe')),
    kernelText: attempt(
      () => !/^0+ . _text$/m.test(readFileSync('/proc/kallsyms', 'latin1')) && /^[0-9a-f]+ . _text$/m.test(readFileSync('/proc/kallsyms', 'latin1')),
    ),
    debugfs: attempt(() => readFileSync('/sys/kernel/debug/procmap/kernel_regions').length > 0),
    kcore: attempt(() => openSync('/proc/kcore', 'r')),
    iomem: attempt(() => /^[0-9a-f]*[1-9a-f][0-9a-f]*-/m.test(readFileSync('/proc/iomem', 'latin1'))),
    shadow: attempt(() => readFileSync('/etc/shadow')),
    home: attempt(() => readFileSync('/home/somebody/file')),
    environ: attempt(() => readFileSync('/proc/1/environ')),
    memory: attempt(() => openSync('/proc/1/mem', 'r')),
    writeEtc: attempt(() => writeFileSync('/etc/probe', 'x')),
    writeMemory: attempt(() => openSync('/proc/1/mem', 'r+')),
    kill: attempt(() => process.kill(1, 'SIGCONT')),
    sudo: attempt(() => spawnSync('/usr/bin/passwd', ['-S', 'root']).status === 0),
    namespaces: attempt(() => spawnSync('unshare', ['-U', 'true']).status === 0),
    processes: readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length > 3,
    internet: await dial({ host: '192.0.2.1', port: 80 }),
    loopback: await dial({ host: '127.0.0.1', port: 8642 }),
    bus: await dial({ path: '/run/dbus/system_bus_socket' }),
    listen: await listen(),
  }),
);
