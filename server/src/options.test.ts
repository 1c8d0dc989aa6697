import { expect, it } from 'vitest';
import { Fault } from './fault.ts';
import { HELP, parseOptions } from './options.ts';

const DEFAULTS = { verb: 'serve', port: 8642, host: '127.0.0.1', tokenFile: null, rateHz: 1, allowHosts: [], unsafePath: false };

it.each([
  [['serve'], DEFAULTS],
  [['serve', '--port=0', '--rate=0.5'], { ...DEFAULTS, port: 0, rateHz: 0.5 }],
  [['serve', '--host', '[::1]'], { ...DEFAULTS, host: '::1' }],
  [['serve', '--host=localhost', '--token-file=/run/t'], { ...DEFAULTS, host: 'localhost', tokenFile: '/run/t' }],
  [['serve', '--allow-host=Box.example', '--allow-host=b', '--unsafe-path'], { ...DEFAULTS, allowHosts: ['box.example', 'b'], unsafePath: true }],
  [['open'], { verb: 'open', port: null }],
  [['open', '--port=9'], { verb: 'open', port: 9 }],
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
  [['--pid=1']],
  [['-p', '1']],
  [['serve', '--pid=1']],
  [['serve', 'more']],
  [['open', '--host=::1']],
  [['serve', '--port']],
  [['serve', '--port=']],
  [['serve', '--port=65536']],
  [['serve', '--port=0x50']],
  [['serve', '--port=1e3']],
  [['serve', '--port=-1']],
  [['serve', '--host=example.org']],
  [['serve', '--host=']],
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

it('documents every option that it takes, and none that it does not', () => {
  const documented = new Set(HELP.match(/--[a-z-]+/g));
  expect([...documented].sort()).toEqual(['--allow-host', '--help', '--host', '--port', '--rate', '--token-file', '--unsafe-path', '--ver', '--version']);
});
