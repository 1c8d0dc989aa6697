import { describe, expect, it } from 'vitest';
import { factsOf } from './map-text.fixture.ts';

describe('objects', () => {
  it.each([
    ['rw-s /secretmem (deleted)', 'secret', '/secretmem (deleted)'],
    ['rw-s anon_inode:[io_uring]', 'io_ring', 'anon_inode:[io_uring]'],
    ['rw-s /[aio] (deleted)', 'io_ring', '/[aio] (deleted)'],
    ['rw-s anon_inode:[perf_event]', 'event_ring', 'anon_inode:[perf_event]'],
    ['rw-s socket:[239885]', 'packet_ring', 'socket:[239885]'],
    ['rw-s /dmabuf:', 'dma_buf', '/dmabuf:'],
    ['rw-s /dev/dri/card0', 'gpu', '/dev/dri/card0'],
    ['rw-p /anon_hugepage (deleted)', 'huge_pages', '/anon_hugepage (deleted)'],
    ['rw-s /memfd:frames (deleted)', 'shared_memory', 'memfd:frames'],
    ['r-xp /usr/lib/libc.so.6', 'library', 'libc.so.6'],
  ])('%s', (line, use, of) => {
    expect(factsOf(`7f0000000000-7f0000100000 ${line}`)).toMatchObject([{ use, of, certainty: 'told' }]);
  });

  it('a file that is named like one is a file', () => {
    expect(factsOf('7f0000000000-7f0000100000 r--p /home/a/dri/x')).toMatchObject([{ use: 'library', of: 'x' }]);
  });
});
