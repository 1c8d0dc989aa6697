import { expect, it } from 'vitest';
import { open, pass, tell, useViewers, watching } from './viewer.fixture.ts';

useViewers();

it('is told what ELF files tell of its process, when it asks', async () => {
  tell({ bss: [{ start: 5, end: 7 }], isGo: true });
  const { page, viewer } = await watching();
  viewer.take({ type: 'objects' });
  await pass(0);
  expect(page.arrived.filter(({ type }) => type === 'objects')).toEqual([{ type: 'objects', pid: 7, bss: [5, 7], go: true }]);
});

it('is told nothing where nothing can be told, or where it watches no process', async () => {
  tell(null);
  const { page, viewer } = await watching();
  viewer.take({ type: 'objects' });
  await pass(0);
  tell({ bss: [], isGo: false });
  const other = open();
  other.viewer.take({ type: 'objects' });
  await pass(0);
  expect([...page.arrived, ...other.page.arrived].filter(({ type }) => type === 'objects')).toEqual([]);
});
