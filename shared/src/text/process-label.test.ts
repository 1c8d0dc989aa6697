import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText } from './escape.ts';
import { labelOf } from './process-label.ts';

const NODE = '/usr/bin/node';
const PYTHON = '/usr/bin/python3.13';
const JAVA = '/usr/lib/jvm/java-21-openjdk-amd64/bin/java';
const CHROMIUM = '/usr/lib/chromium/chromium';

describe('a process is distinguished from others of its program', () => {
  it.each<[string, string, string, string | string[], string, string]>([
    // comm, exe, command line, program, what
    ['node', 'MainThread', NODE, 'node --enable-source-maps --import ./hook.mjs /srv/shop/server.js --port 8000', 'node', 'shop/server.js --port 8000'],
    ['node without rights', 'MainThread', '', '/usr/bin/node app.mjs', 'node', 'app.mjs'],
    ['code of node', 'MainThread', NODE, ['node', '-e', 'setTimeout(f, 9)'], 'node', '-e setTimeout(f, 9)'],
    ['node asking for code', 'MainThread', NODE, 'node', 'node', ''],
    [
      'a package',
      'node',
      NODE,
      'node /a/node_modules/typescript/lib/tsserver.js --useInferredProjectPerProjectRoot',
      'node',
      'typescript/…/tsserver.js --useInferredProjectPerProjectRoot',
    ],
    ['a package by its own name', 'node', NODE, 'node /a/node_modules/.bin/vitest run', 'node', 'vitest run'],
    ['npm exec', 'npm exec vitest', NODE, ['npm exec vitest run', '', ''], 'node', 'npm exec vitest run'],
    ['npm run', 'npm run build', NODE, ['npm run build'], 'node', 'npm run build'],
    ['a module', 'python3', PYTHON, 'python3 -u -m http.server 8000', 'python3', '-m http.server 8000'],
    ['a module among short options', 'python3', PYTHON, 'python3 -um http.server', 'python3', '-um http.server'],
    ['a script of python', 'python', PYTHON, '/home/ada/venv/bin/python -W error -X dev manage.py runserver', 'python', 'manage.py runserver'],
    ['a script by its own name', 'gunicorn', PYTHON, '/usr/bin/python3 /usr/bin/gunicorn app:app', 'python3', 'gunicorn app:app'],
    ['a title over python', 'gunicorn', PYTHON, ['gunicorn: worker [shop]'], 'python3.13', 'gunicorn: worker [shop]'],
    ['code of python', 'python3', PYTHON, ['python3', '-c', 'import time; time.sleep(9)'], 'python3', '-c import time; time.sleep(9)'],
    ['a main class', 'java', JAVA, 'java -Xmx1g -cp /opt/a.jar:/opt/b.jar -Dx=y org.example.MainClass --spring', 'java', 'org.example.MainClass --spring'],
    ['a jar', 'java', JAVA, 'java -Xmx1g -jar /opt/jenkins/jenkins.war --httpPort=8080', 'java', 'jenkins.war --httpPort=8080'],
    ['a Java module', 'java', JAVA, 'java --module-path mods -m shop/org.example.Main', 'java', '-m shop/org.example.Main'],
    ['a source file', 'java', JAVA, 'java Main.java', 'java', 'Main.java'],
    [
      'another program in the name of java',
      'python3',
      PYTHON,
      ['java', '-c', 'import time', '-cp', '/a.jar…z.jar', 'org.example.MainClass'],
      'python3',
      'org.example.MainClass',
    ],
    [
      'a renderer',
      'chromium',
      CHROMIUM,
      `${CHROMIUM} --type=renderer --crashpad-handler-pid=9 --renderer-client-id=7 --x=y`,
      'chromium',
      '--type=renderer --renderer-client-id=7',
    ],
    [
      'a renderer that wrote over its arguments',
      'chromium',
      CHROMIUM,
      [`${CHROMIUM} --type=renderer --renderer-client-id=7`, '', ''],
      'chromium',
      '--type=renderer --renderer-client-id=7',
    ],
    [
      'a service of Chromium',
      'chromium',
      CHROMIUM,
      `${CHROMIUM} --type=utility --utility-sub-type=network.mojom.NetworkService --x`,
      'chromium',
      '--type=utility --utility-sub-type=network.mojom.NetworkService',
    ],
    [
      'the browser itself',
      'chromium',
      CHROMIUM,
      `${CHROMIUM} --show-component-extension-options --user-data-dir=/tmp/p https://example.org`,
      'chromium',
      '--user-data-dir=/tmp/p https://example.org',
    ],
    ['electron', 'code', '/usr/share/code/code', '/usr/share/code/code --type=gpu-process --x=y', 'code', '--type=gpu-process'],
    [
      'a page of Firefox',
      'Isolated Web Co',
      '/usr/lib/firefox/firefox',
      'firefox -contentproc -childID 4 {x} tab',
      'firefox',
      'Isolated Web Co · -contentproc tab',
    ],
    ['ruby', 'ruby', '/usr/bin/ruby3.1', 'ruby -I lib bin/rails server', 'ruby', 'rails server'],
    ['a title over ruby', 'puma', '/usr/bin/ruby3.1', ['puma 6.4 (tcp://0.0.0.0:3000) [shop]'], 'ruby3.1', 'puma 6.4 (tcp://0.0.0.0:3000) [shop]'],
    ['perl', 'exim-report', '/usr/bin/perl', '/usr/bin/perl -w /usr/sbin/exim-report', 'perl', 'exim-report'],
    ['php', 'php', '/usr/bin/php8.2', 'php -S localhost:8000 -t public', 'php', '-S localhost:8000 -t public'],
    ['a shell script', 'deploy.sh', '/usr/bin/bash', '/bin/bash -eu -o pipefail /srv/deploy.sh --all', 'bash', 'deploy.sh --all'],
    ['a command for the shell', 'sh', '/usr/bin/dash', ['sh', '-c', 'sleep 9; echo'], 'sh', '-c sleep 9; echo'],
    ['a login shell', 'bash', '/usr/bin/bash', '-bash', 'bash', ''],
    ['dotnet', 'dotnet', '/usr/share/dotnet/dotnet', 'dotnet /srv/Shop.dll --urls http://*:5000', 'dotnet', 'Shop.dll --urls http://*:5000'],
    ['the manager of a user', 'systemd', '/usr/lib/systemd/systemd', '/usr/lib/systemd/systemd --user', 'systemd', '--user'],
    ['its PAM', '(sd-pam)', '/usr/lib/systemd/systemd', '(sd-pam)', '(sd-pam)', ''],
    ['postgres', 'postgres', '/usr/lib/postgresql/15/bin/postgres', ['postgres: 15/main: walwriter '], 'postgres', '15/main: walwriter'],
    ['nginx', 'nginx', '/usr/sbin/nginx', ['nginx: worker process'], 'nginx', 'worker process'],
    ['nginx without rights', 'nginx', '', ['nginx: worker process'], 'nginx', 'worker process'],
    ['sshd', 'sshd-session', '/usr/lib/openssh/sshd-session', ['sshd-session: root@pts/0'], 'sshd-session', 'root@pts/0'],
    ['a program of many', 'sleep', '/bin/busybox', 'sleep 1000', 'sleep', '1000'],
    [
      'a name that the kernel has cut',
      'gnome-terminal-',
      '/usr/libexec/gnome-terminal-server',
      '/usr/libexec/gnome-terminal-server',
      'gnome-terminal-server',
      '',
    ],
    ['a name that it gave itself', 'worker-3', '/opt/queue (deleted)', '/opt/queue --fast', 'queue', 'worker-3 · --fast'],
    ['a folder with a space', 'app', '/opt/My App/app', ['/opt/My App/app'], 'app', ''],
    ['a kernel thread', 'kworker/0:1', '', '', 'kworker/0:1', ''],
    ['a zombie', 'photos-thumb', '', '', 'photos-thumb', ''],
    ['one without a name', '', '/usr/bin/cat', 'cat', 'cat', ''],
  ])('%s', (_, comm, exe, line, program, what) => {
    const argv = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
    expect(labelOf({ comm, exe, argv })).toEqual({ program, what });
  });
});

/** Texts like those from procfs, escaped like in the reader. */
const token = fc.oneof(
  fc.constantFrom('node', 'java', 'python3', '-cp', '-c', '-m', '-jar', '--', '-', '', ' ', '/', '--type=renderer', '-contentproc', 'nginx: x', '/a b/c', '.'),
  fc.string({ unit: 'binary', maxLength: 300 }).map(escapeText),
);

describe('whatever it calls itself', () => {
  it('makes no text longer than its source, or longer than a line', () =>
    fc.assert(
      fc.property(token, token, fc.array(token, { maxLength: 12 }), (comm, exe, argv) => {
        const { program, what } = labelOf({ comm, exe, argv });
        expect(program.length).toBeLessThanOrEqual(Math.max(comm.length, exe.length, argv[0]?.length ?? 0));
        expect(what.length).toBeLessThanOrEqual(comm.length + ' · '.length + argv.join(' ').length);
        expect(Array.from(program).length).toBeLessThanOrEqual(120);
        expect(Array.from(what).length).toBeLessThanOrEqual(120);
      }),
    ));

  it('hides nothing and turns no text around', () => {
    fc.assert(
      fc.property(token, token, fc.array(token, { maxLength: 12 }), (comm, exe, argv) => {
        // Escaping again doubles the backslashes and changes nothing else.
        const { program, what } = labelOf({ comm, exe, argv });
        for (const text of [program, what]) expect(escapeText(text)).toBe(text.replaceAll('\\', '\\\\'));
      }),
    );
  });

  it('names a program wherever anything names one', () => {
    const name = fc.stringMatching(/^[a-z]{1,30}$/);
    fc.assert(
      fc.property(name, name, fc.array(token, { maxLength: 5 }), (comm, file, argv) => {
        expect(labelOf({ comm, exe: `/usr/bin/${file}`, argv }).program).not.toBe('');
      }),
    );
  });

  it('never lets the name of a thread stand for the program', () =>
    fc.assert(
      fc.property(fc.constantFrom('MainThread', 'Main Thread', 'pool-1', 'GMainLoop'), fc.array(token, { maxLength: 5 }), (comm, argv) => {
        expect(labelOf({ comm, exe: '/opt/bin/program', argv: ['program', ...argv] }).program).toBe('program');
      }),
    ));

  it('is called by its own name even if that is among omitted arguments', () => {
    const argv = ['program', 'x'.repeat(300), 'worker-7'];
    expect(labelOf({ comm: 'worker-7', exe: '/opt/bin/program', argv }).what).toMatch(/^worker-7 · x+…$/);
    expect(labelOf({ comm: 'worker-7', exe: '/opt/bin/program', argv: ['program', 'worker-7'] }).what).toBe('worker-7');
  });
});
