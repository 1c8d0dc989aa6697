import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, linkSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeProc } from '../../test/fake-proc.ts';
import { otherUser } from '../../test/other-user.ts';
import { Fixture } from '../../../e2e/fixtures/fixture.ts';
import { ReaderClient } from '../../test/reader-client.ts';
import { buildId, cat, data, FILES, files, folder, lookAt, start, startFixture, startOf } from './mapped-files.fixture.ts';

const isRoot = process.getuid?.() === 0;

describe('the path of a mapped file', () => {
  it('has the same file, whose build id is what readelf says', async () => {
    const file = cat();
    const pid = await start(file);
    expect(await lookAt(pid, file)).toEqual({ state: 'same', reason: null, build_id: buildId('/bin/cat'), elf_address: '0x0' });
    const libc = /\/\S*libc\.so\.6/.exec(readFileSync(`/proc/${pid}/maps`, 'utf8'))?.[0] ?? '';
    expect(await lookAt(pid, libc)).toEqual({ state: 'same', reason: null, build_id: buildId(libc), elf_address: '0x0' });
  });

  it('has the same file when the first thread has ended and another continues', async () => {
    const fixture = await startFixture('known');
    const startPage = startOf(fixture.pid, '/known');
    expect(await fixture.command('leave')).toBe('left');
    expect((await files.ask({ op: 'file', pid: fixture.pid, startPage })).head).toMatchObject({ status: 'file', file: { state: 'same', reason: null } });
  });

  it('has another file, and the program that runs is still known', async () => {
    const file = cat();
    const pid = await start(file);
    copyFileSync('/bin/true', `${file}.new`);
    renameSync(`${file}.new`, file);
    expect(await lookAt(pid, file)).toEqual({
      state: 'replaced',
      reason: null,
      build_id: buildId('/bin/cat'),
      new_build_id: buildId('/bin/true'),
      elf_address: '0x0',
    });
    writeFileSync(file, 'no program');
    expect(await lookAt(pid, file)).toMatchObject({ state: 'replaced', build_id: buildId('/bin/cat'), new_build_id: null });
  });

  it('has none, and has it again', async () => {
    const file = cat();
    const pid = await start(file);
    linkSync(file, `${file}.kept`);
    unlinkSync(file);
    expect(await lookAt(pid, file)).toMatchObject({ state: 'gone', reason: null, build_id: buildId('/bin/cat') });
    linkSync(`${file}.kept`, file);
    expect(await lookAt(pid, file)).toMatchObject({ state: 'same' });
    rmSync(file);
    mkdirSync(file);
    expect(await lookAt(pid, file)).toMatchObject({ state: 'replaced', reason: 'a folder lies there now' });
    rmSync(file, { recursive: true });
    execFileSync('mkfifo', [file]);
    expect(await lookAt(pid, file)).toMatchObject({ state: 'replaced', reason: 'there is a named pipe now' });
  });

  it('to a data file has no build id; once the file is gone, nothing is known about it', async () => {
    const file = data('data');
    const { pid } = await startFixture('mapped', file);
    expect(await lookAt(pid, file)).toEqual({ state: 'same', reason: null, build_id: null, elf_address: null, is_elf: false });
    unlinkSync(file);
    expect(await lookAt(pid, file)).toMatchObject({ state: 'gone', reason: null, build_id: null, elf_address: null });
  });

  it.each([
    ['a memory file', 'memory'],
    ['a file without a name', 'unnamed', folder],
  ])('never was one: %s', async (_, ...args) => {
    const { pid } = await startFixture('mapped', ...args);
    expect(await lookAt(pid, 'r--s')).toEqual({ state: 'never_named', reason: null, build_id: null, elf_address: null });
    expect(await lookAt(pid, '[stack]')).toMatchObject({ state: 'never_named' });
  });

  it('says for anything but a file whether it ever was one, whatever its name', async () => {
    const objects = await startFixture('objects', folder);
    const states: string[] = [];
    for (const { name, start } of objects.mappings) {
      const { head } = await files.ask({ op: 'file', pid: objects.pid, startPage: start / 4096 });
      states.push(`${name} ${head.status === 'file' ? head.file.state : head.status}`);
    }
    const expected: Readonly<Record<string, string>> = {
      zero_private: 'same',
      file_named_memfd: 'same',
      file_named_deleted: 'same',
      file_deleted: 'gone',
      posix: 'gone',
    };
    expect(states).toEqual(objects.mappings.map(({ name }) => `${name} ${expected[name] ?? 'never_named'}`));
    expect(states.length).toBeGreaterThan(10);
  });

  it.runIf(isRoot)('is not known of a file system that is not mounted any more, also beside overlayfs', async () => {
    const at = join(folder, 'unmounted');
    mkdirSync(join(at, 'on'), { recursive: true });
    const overlay = `mkdir l u w m && mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w m`;
    const script = `mount --make-rprivate /; cd "${at}" && mount -t tmpfs t on && cp /bin/cat on/procmap-cat && mkdir on2 && mount -t tmpfs t on2 && (cd on2 && ${overlay}) && exec on/procmap-cat`;
    const pid = await start('unshare', ['-m', 'sh', '-c', script]);
    execFileSync('nsenter', ['-m', '-r', '-t', String(pid), 'umount', '-l', join(at, 'on')]);
    // Below a changed root (chroot), an unmounted file system looks the same as one outside of the root.
    const isWholeRoot = readlinkSync(`/proc/${pid}/root`) === '/';
    const reason = isWholeRoot ? 'its file system is not mounted there any more' : 'its path lies outside of the root of that process';
    expect(await lookAt(pid, '/procmap-cat')).toMatchObject({ state: 'unknown', reason });
  });

  it('may look like that of no file, or like that of a deleted one', async () => {
    for (const name of ['#1', 'a (deleted)', 'b\nc', 'd\\012e', 'f (deleted) (deleted)', '\u202e<b>']) {
      const file = data(name);
      const { pid } = await startFixture('mapped', file);
      expect([name, await lookAt(pid, 'r--s')]).toMatchObject([name, { state: 'same' }]);
      unlinkSync(file);
      expect([name, await lookAt(pid, 'r--s')]).toMatchObject([name, { state: 'gone' }]);
      data(name);
      expect([name, await lookAt(pid, 'r--s')]).toMatchObject([name, { state: 'replaced' }]);
    }
  });

  it('leads through links that were made since', async () => {
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    const file = data('deep/er/file');
    const { pid } = await startFixture('mapped', file);
    renameSync(join(folder, 'deep/er'), join(folder, 'moved'));
    symlinkSync('../moved/../moved/.', join(folder, 'deep/er'));
    // The kernel shows the present path.
    expect(await lookAt(pid, 'r--s')).toMatchObject({ state: 'same' });
    rmSync(join(folder, 'moved/file'));
    symlinkSync('file', join(folder, 'moved/file'));
    expect(await lookAt(pid, 'r--s')).toMatchObject({ state: 'unknown', reason: 'its path leads through more than 40 symbolic links' });
  });

  it.runIf(isRoot)('is one below another root, against which its links are resolved', async () => {
    const root = join(folder, 'root');
    mkdirSync(join(root, 'inner'), { recursive: true });
    writeFileSync(join(root, 'inner/file'), Buffer.alloc(4096));
    const chroot = (await startFixture('mapped', 'below', root, '/inner/file')).pid;
    expect(await lookAt(chroot, 'r--s')).toMatchObject({ state: 'same' });
    // An absolute link, resolved within that root, and one that cannot lead out of it.
    renameSync(join(root, 'inner/file'), join(root, 'other'));
    symlinkSync('/../../../other', join(root, 'inner/file'));
    expect(await lookAt(chroot, 'r--s')).toMatchObject({ state: 'same' });
    rmSync(join(root, 'other'));
    symlinkSync('/bin/cat', join(root, 'other'));
    expect(await lookAt(chroot, 'r--s')).toMatchObject({ state: 'gone' });
  });

  it.runIf(isRoot)('is one in another mount namespace, on overlayfs too', async () => {
    mkdirSync(join(folder, 'layers'), { recursive: true });
    const at = (layer: string): string => join(folder, 'layers', layer);
    const layers = ['lower', 'upper', 'work', 'merged'].map((layer) => `"${at(layer)}"`).join(' ');
    // On a separate file system: in a container the folder may be on an overlayfs, which cannot be the upper layer of
    // another one.
    const script = `mount --make-rprivate /; mount -t tmpfs t "${join(folder, 'layers')}" && mkdir ${layers} && cp /bin/cat "${at('lower')}/prog" && mount -t overlay o -o "lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}" "${at('merged')}" && exec "${at('merged')}/prog"`;
    const pid = await start('unshare', ['-m', 'sh', '-c', script]);
    expect(await lookAt(pid, 'merged/prog')).toEqual({ state: 'same', reason: null, build_id: buildId('/bin/cat'), elf_address: '0x0' });
    execFileSync('nsenter', [
      '-m',
      '-r',
      '-t',
      String(pid),
      'sh',
      '-c',
      `cp /bin/true "${at('merged')}/new" && mv "${at('merged')}/new" "${at('merged')}/prog"`,
    ]);
    expect(await lookAt(pid, 'merged/prog')).toMatchObject({ state: 'replaced', build_id: buildId('/bin/cat') });
  });

  it.skipIf(otherUser === null)('has another file, and says why nothing is known about a mapped data file', async () => {
    chmodSync(folder, 0o755);
    const file = join(folder, 'library');
    copyFileSync('/bin/cat', file);
    const other = new ReaderClient({ script: FILES, prefix: otherUser ?? [] });
    const subject = await Fixture.startBy(otherUser ?? [], 'mapped', file);
    expect(await lookAt(subject.pid, 'r--s', other)).toEqual({ state: 'same', reason: null, build_id: buildId('/bin/cat'), elf_address: '0x0' });
    copyFileSync('/bin/true', `${file}.new`);
    renameSync(`${file}.new`, file);
    expect(await lookAt(subject.pid, 'r--s', other)).toEqual({
      state: 'replaced',
      reason: null,
      build_id: null,
      new_build_id: buildId('/bin/true'),
      elf_address: null,
      unread: 'the mapped file cannot be opened by its path; opening it without one needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN, which procmap does not use',
    });
    await other.stop();
    await subject.stop();
  });

  it.skipIf(otherUser === null)('has the same file, reported as not readable', async () => {
    chmodSync(folder, 0o755);
    const file = join(folder, 'unread');
    copyFileSync('/bin/cat', file);
    const other = new ReaderClient({ script: FILES, prefix: otherUser ?? [] });
    const subject = await Fixture.startBy(otherUser ?? [], 'mapped', file);
    chmodSync(file, 0o700);
    expect(await lookAt(subject.pid, 'r--s', other)).toEqual({
      state: 'same',
      reason: null,
      build_id: null,
      elf_address: null,
      unread: 'the mapped file cannot be read: procmap has no right to',
    });
    await other.stop();
    await subject.stop();
  });

  it.skipIf(otherUser === null)('that may not be followed is not known', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(folder, 0o755);
    const file = data('closed/file');
    chmodSync(file, 0o644);
    const other = new ReaderClient({ script: FILES, prefix: otherUser ?? [] });
    const subject = await Fixture.startBy(otherUser ?? [], 'mapped', file);
    const { pid } = subject;
    expect(await lookAt(pid, 'r--s', other)).toMatchObject({ state: 'same' });
    chmodSync(closed, 0o700);
    expect(await lookAt(pid, 'r--s', other)).toEqual({
      state: 'unknown',
      reason: 'its path cannot be followed: procmap has no right to',
      build_id: null,
      elf_address: null,
      unread: expect.stringContaining('cannot be opened by its path') as string,
    });
    await other.stop();
    await subject.stop();
  });

  it('is identified only by the start of a mapping', async () => {
    const pid = process.pid;
    const startPage = startOf(pid, '[stack]');
    expect((await files.ask({ op: 'file', pid, startPage: startPage + 1 })).head).toMatchObject({ status: 'error', error: 'no_mapping' });
    for (const bad of [{}, { startPage: -1 }, { startPage: 2 ** 52 }, { startPage: '/etc/passwd' }])
      expect((await files.ask({ op: 'file', pid, ...bad })).head).toMatchObject({ status: 'error', error: 'bad_request' });
    expect((await files.ask({ op: 'file', pid: 4_194_304, startPage })).head).toMatchObject({ status: 'error', error: 'not_found' });
  });

  it('is not looked for beyond the text limit of a map', async () => {
    const proc = new FakeProc();
    const line = `00001000-00002000 r--p 00000000 08:01 7                          /${'x'.repeat(999_000)}\n`;
    proc.write(7, { maps: line.repeat(70) });
    const asked = new ReaderClient({ script: FILES, procRoot: proc.root });
    expect((await asked.ask({ op: 'file', pid: 7, startPage: 9 })).head).toMatchObject({
      status: 'error',
      error: 'too_large',
      message: expect.stringMatching(/^too large: the map of process 7 is more than 64 MB of text, /) as string,
    });
    await asked.stop();
    proc.dispose();
  });
});
