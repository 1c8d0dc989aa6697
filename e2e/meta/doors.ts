import type { Doors } from './arrows.ts';

/** Rooms of which others may import only a few files. */
export const DOORS: Doors = {
  'web/search': ['GoTo.svelte', 'LocatedText.svelte', 'SearchBox.svelte', 'search.svelte.ts'],
  'web/table': ['TablePanel.svelte', 'table-model.svelte.ts'],
  'web/processes': ['ProcessPicker.svelte', 'processes.svelte.ts'],
  'web/inspector': ['Inspector.svelte', 'PeekBar.svelte', 'file-on-disk.svelte.ts', 'inspection.svelte.ts'],
  'web/share': ['ShareDialog.svelte', 'export.ts'],
  'web/threads': ['ThreadsPanel.svelte', 'threads-reading.svelte.ts'],
};
