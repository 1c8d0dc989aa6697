/** Commands of the READMEs that the newcomer test does not run, with the reason. Their form is still checked. */
export const NOT_RUN = new Map([
  ['make test', 'this is one of its tests; it takes ten minutes, and CI runs it'],
  ['ssh -L 8642:127.0.0.1:8642 HOST', 'needs another machine'],
  [
    'docker run --rm -it -p 127.0.0.1:8642:8642 --cap-add SYS_PTRACE --cap-add SYSLOG --pid=container:NAME \\\n' +
      '  -v "$PWD":/procmap:ro debian /procmap/node_modules/.bin/procmap serve --host=0.0.0.0 --unsafe-path',
    'needs Docker; e2e/api/container.test.ts makes the same container by hand',
  ],
  ['sudo systemctl enable --now procmap.socket', 'needs systemd: e2e/guest/service.test.ts'],
  ['sudo systemctl restart procmap.service', 'needs systemd: e2e/guest/service.test.ts'],
  ['make deb', 'e2e/guest/package.test.ts makes and installs it'],
  ['sudo apt install ./.cache/deb/procmap_*.deb', 'e2e/guest/package.test.ts'],
  ['make lkm', 'needs headers of the kernel: e2e/guest/lkm-build.ts'],
  ['sudo make unload', 'the module may be somebody’s: e2e/guest/load.test.ts'],
  ['make watch', 'goes on for ever'],
  ['sh findings/pmap-heap.sh', 'fetches packages'],
  ...[
    'unit TEST=server/src',
    'unit TEST=server/src/web',
    'unit TEST=server/src/reader',
    'unit TEST=web/src',
    'unit TEST=web/src/axis',
    'unit TEST=shared/src',
  ].map(testing),
  ...['api TEST=map.test', 'browser TEST=zoom.spec', 'guest TEST=lkm', 'guest TEST=service'].map(testing),
  ...['test-kernel GUEST=amd64-6.1', "test-kernel 'GUEST=?'"].map(testing),
]);

function testing(what: string): [string, string] {
  return [`make ${what}`, 'tests that others run'];
}

/** Commands in a sentence of README.md that readme.slow.test.ts does not type, and why. */
export const INLINE_NOT_RUN = new Map([
  ['sudo make test', 'this is one of its tests'],
  ['make build', 'make run builds'],
  ['make distclean', 'the next command would fetch everything again'],
]);

/** Replacements for commands that are not run but are needed by later ones. */
export const INSTEAD = new Map([['sudo systemctl enable --now procmap.socket', 'sudo node_modules/.bin/procmap serve']]);
