import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

// Of a process with CUDA, from public reports of crashes; flags are not in these.
const CUDA = `
  205400000-205404000 rw-s /dev/nvidiactl
  205404000-205600000 ---p
  205600000-205a00000 rw-s /dev/nvidiactl
  205a00000-205e00000 rw-s /dev/nvidiactl
  206600000-207000000 ---p
  207000000-207004000 rw-s /dev/nvidiactl
  207004000-207c00000 ---p`;

describe('devices of a GPU', () => {
  it.each(['/dev/nvidia0', '/dev/nvidiactl', '/dev/nvidia-uvm', '/dev/nvidia-uvm-tools', '/dev/kfd', '/dev/dri/renderD128', '/dev/dri/card0', '/nvidia0'])(
    'are told by the kernel: %s',
    (name) => {
      expect(factsOf(`7f0000000000-7f0000100000 rw-s ${name}`)).toMatchObject([{ use: 'gpu', certainty: 'told', of: name }]);
    },
  );

  it('have what is closed between two of their mappings, but not what only touches one', () => {
    const facts = factsOf(CUDA);
    expect(facts.map(({ use }) => use)).toEqual(['gpu', 'gpu', 'gpu', 'gpu', 'reserve', 'gpu', 'reserve']);
    expect(facts[1]).toEqual({
      use: 'gpu',
      certainty: 'seen',
      of: '/dev/nvidiactl',
      evidence: 'it has no access, and lies without a gap between mappings of /dev/nvidiactl',
    });
  });

  it('do not have data between two of their mappings', () => {
    expect(wordsOf(CUDA.replace('205600000 ---p', '205600000 rw-p'))[1]).toBe('-');
  });

  it.each(['/dev/shm/nvidia0', '/memfd:/nvidia0', '/home/a/dri/card0', '/tmp/nvidia-uvm'])('are not files or shared memory of such a name: %s', (name) => {
    expect(wordsOf(`7f0000000000-7f0000100000 rw-s ${name}`)).not.toContain('gpu');
  });
});
