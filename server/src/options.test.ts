import { expect, it } from 'vitest';
import { Fault } from './fault.ts';
import { HELP } from './help.ts';
import { OPTION_NAMES, parseOptions } from './options.ts';

const DEFAULTS = {
  verb: 'serve',
  port: 8642,
  host: '127.0.0.1',
  socket: null,
  peerUids: 'own',
  metricsMatch: [],
  tokenFile: null,
  rateHz: 1,
  tickPercent: 10,
  allowHosts: [],
  unsafePath: false,
};

const SHOWN = {
  verb: 'show',
  pid: 1,
  half: 'both',
  locate: null,
  exportMaps: null,
  exportKernel: null,
  format: 'text',
  colour: true,
  width: 72,
  statistics: true,
  log: { path: 'log_procmap.txt', chosen: false },
  verbose: false,
  debug: false,
};

it.each([
  [['serve'], DEFAULTS],
  [['serve', '--port=0', '--rate=0.5'], { ...DEFAULTS, port: 0, rateHz: 0.5 }],
  [['serve', '--host', '[::1]'], { ...DEFAULTS, host: '::1' }],
  [['serve', '--host=localhost', '--token-file=/run/t'], { ...DEFAULTS, host: 'localhost', tokenFile: '/run/t' }],
  [['serve', '--allow-host=Box.example', '--allow-host=b', '--unsafe-path'], { ...DEFAULTS, allowHosts: ['box.example', 'b'], unsafePath: true }],
  [['serve', '--socket=/run/p/s', '--peer-uid=7'], { ...DEFAULTS, socket: '/run/p/s', peerUids: [7] }],
  [['serve', '--peer-uid=0', '--peer-uid=4294967294'], { ...DEFAULTS, peerUids: [0, 4_294_967_294] }],
  [['serve', '--metrics-match=nginx', '--metrics-match=post*'], { ...DEFAULTS, metricsMatch: ['nginx', 'post*'] }],
  [['serve', '--tick-share=100'], { ...DEFAULTS, tickPercent: 100 }],
  [['serve', '--peer-uid=any'], { ...DEFAULTS, peerUids: 'any' }],
  [['open'], { verb: 'open', port: null, socket: null }],
  [['open', '--port=9'], { verb: 'open', port: 9, socket: null }],
  [['open', '--socket=/run/p/s'], { verb: 'open', port: null, socket: '/run/p/s' }],
  [['--pid=1'], SHOWN],
  [['-p', '1'], SHOWN],
  [['-p1', '-u'], { ...SHOWN, half: 'user' }],
  [['-k'], { ...SHOWN, pid: null, half: 'kernel' }],
  [['--export-kernel=f'], { ...SHOWN, pid: null, half: 'kernel', exportKernel: 'f' }],
  [['--pid=1', '-vd', '--no-stats', '--no-color', '--width=100'], { ...SHOWN, verbose: true, debug: true, statistics: false, colour: false, width: 100 }],
  [['--pid=1', '--log=f', '--format=json', '--export-maps=-'], { ...SHOWN, log: { path: 'f', chosen: true }, format: 'json', exportMaps: '-' }],
  [['--pid=1', '--no-log', '--locate=0x1001,4'], { ...SHOWN, log: null, locate: { start: { page: 1, byte: 1 }, length: { page: 1, byte: 0 } } }],
  [['--help'], { verb: 'help' }],
  [['-h'], { verb: 'help' }],
  [['serve', '--help'], { verb: 'help' }],
  [['--version'], { verb: 'version' }],
  [['--ver'], { verb: 'version' }],
])('%j is understood', (argv, options) => {
  expect(parseOptions(argv)).toEqual(options);
});

it.each([
  [[]],
  [['watch']],
  [['--pid=']],
  [['--pid=01']],
  [['-p']],
  [['-u']],
  [['--pid=1', 'more']],
  [['--pid=1', '--port=1']],
  [['--pid=1', '-uk']],
  [['--pid=1', '--log=']],
  [['--pid=1', '--log=f', '--no-log']],
  [['--pid=1', '--width=47']],
  [['--pid=1', '--width=1e2']],
  [['--pid=1', '--format=JSON']],
  [['--pid=1', '--export-maps=-', '--export-kernel=-']],
  [['--export-maps=f', '-k']],
  [['-k', '--format=json']],
  [['--pid=1', '--log=-']],
  [['--pid=1', '--export-maps=f', '--export-kernel=./f']],
  [['--pid=1', '--export-maps=/dev/stdout', '--export-kernel=-']],
  [['--pid=1', '--export-maps=f', '--log=f']],
  [['serve', '--pid=1']],
  [['serve', 'more']],
  [['open', '--host=::1']],
  [['open', '--port=0']],
  [['open', '--port=1', '--socket=s']],
  [['open', '--socket=']],
  [['serve', '--socket=']],
  [['serve', '--socket=s', '--port=0']],
  [['serve', '--socket=s', '--peer-uid=any']],
  [['serve', '--peer-uid=any', '--peer-uid=abc']],
  [['serve', '--socket=s', '--peer-uid=1', '--peer-uid=2']],
  [['serve', '--metrics-match=']],
  [['serve', '--metrics-match=a\nb']],
  [['serve', '--tick-share=0']],
  [['serve', '--tick-share=101']],
  [['serve', '--tick-share=1.5']],
  [['serve', '--peer-uid=']],
  [['serve', '--peer-uid=root']],
  [['serve', '--peer-uid=-1']],
  [['serve', '--peer-uid=01']],
  [['serve', '--peer-uid=4294967295']],
  [['serve', '--port']],
  [['serve', '--port=']],
  [['serve', '--port=65536']],
  [['serve', '--port=0x50']],
  [['serve', '--port=1e3']],
  [['serve', '--port=-1']],
  [['serve', '--host=example.org']],
  [['serve', '--host=']],
  [['serve', '--host=fe80::1%lo']],
  [['serve', '--rate=0']],
  [['serve', '--rate=11']],
  [['serve', '--rate=fast']],
  [['serve', '--allow-host=a:80']],
  [['serve', '--allow-host=a b']],
  [['serve', '--token-file=']],
  [['serve', '--unsafe-path=yes']],
  [['--help=1']],
])('%j is a usage error of one line that points to --help', (argv) => {
  const attempt = (): unknown => parseOptions(argv);
  expect(attempt).toThrow(Fault);
  expect(attempt).toThrow(expect.objectContaining({ exitStatus: 2, message: expect.stringMatching(/^[^\n]+; see procmap --help$/) as string }) as Error);
});

it('documents every option that it takes, and none that it does not, in 80 columns', () => {
  const documented = new Set(HELP.match(/--[a-z-]+/g));
  expect([...documented].sort()).toEqual([...OPTION_NAMES].sort());
  expect(HELP.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
