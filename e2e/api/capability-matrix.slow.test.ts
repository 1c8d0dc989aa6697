import { afterAll, beforeAll, describe, it } from 'vitest';
import { CONTAINER_CAPABILITIES, withCapabilities } from '../container.ts';
import { READER_CAPABILITIES, serveInContainer } from '../few-rights.ts';
import { Tree } from '../tree.ts';

const SUBSETS = Array.from({ length: 8 }, (_, bits) => READER_CAPABILITIES.filter((_, i) => ((bits >> i) & 1) === 1));

// Each starts the real daemon, which takes a second and a half. The most important ones are also in capabilities.test.ts.
describe.runIf(process.getuid?.() === 0)('a container’s root', () => {
  let tree: Tree;
  beforeAll(() => {
    tree = new Tree();
  });
  afterAll(() => tree.dispose());

  for (const otherUser of [true, false])
    it.each(SUBSETS.map((held) => [held.join(' ') || 'none', held] as const))(
      `${otherUser ? 'with' : 'without'} SETUID and SETGID and with %s serves what can be read, and says what is missing`,
      async (_, held) => {
        const rest = CONTAINER_CAPABILITIES.filter((name) => otherUser || !/^set[ug]id$/.test(name));
        await serveInContainer(tree.procmap, { within: withCapabilities([...rest, ...held]), held, otherUser });
      },
    );
});
