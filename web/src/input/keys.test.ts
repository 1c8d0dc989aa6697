import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Command, commandOf, HELD, isFast, isHeld, KEY_HELP, KEY_TABLE, keyLabel, KEYS, meaningOf } from './keys.ts';
import { BEGIN, END, keysMarkdown } from './keys-table.fixture.ts';

const meaning = (key: string, code: string, shiftKey = false): Command | null => meaningOf({ key, code, shiftKey });

describe('keys', () => {
  it('W, S, A, D are places on the keyboard, whatever they type', () => {
    const layouts = {
      qwerty: ['w', 's', 'a', 'd'],
      azerty: ['z', 's', 'q', 'd'],
      dvorak: [',', 'o', 'a', 'e'],
      russian: ['ц', 'ы', 'ф', 'в'],
      greek: ['ς', 'σ', 'α', 'δ'],
    };
    for (const [name, keys] of Object.entries(layouts)) {
      const codes = ['KeyW', 'KeyS', 'KeyA', 'KeyD'];
      expect(
        codes.map((code, i) => meaning(keys[i] ?? '', code)),
        name,
      ).toEqual(['zoomIn', 'zoomOut', 'panUp', 'panDown']);
      expect(
        codes.map((code, i) => meaning((keys[i] ?? '').toUpperCase(), code, true)),
        name,
      ).toEqual(['zoomIn', 'zoomOut', 'panUp', 'panDown']);
    }
    // The same letter on another key is not a command.
    expect(meaning('w', 'KeyZ')).toBe(null);
    // An on-screen keyboard has no key positions.
    expect(meaning('w', '')).toBe('zoomIn');
  });

  it('a letter that is a command is that one, also at the place of another', () => {
    // Turkish F has g where W is on QWERTY.
    expect(meaning('g', 'KeyW')).toBe('goTo');
    // Dvorak has n where L is on QWERTY.
    expect(meaning('n', 'KeyL')).toBe('nextHit');
    expect(meaning('b', 'KeyN')).toBe(null);
  });

  it('letters work with Caps Lock, with Shift where it matters, and in another alphabet', () => {
    expect(meaning('N', 'KeyN')).toBe('nextHit');
    expect(meaning('N', 'KeyN', true)).toBe('previousHit');
    expect(meaning('n', 'KeyN', true)).toBe('previousHit');
    expect(meaning('т', 'KeyN')).toBe('nextHit');
    expect(meaning('Т', 'KeyN', true)).toBe('previousHit');
    expect(meaning('х', 'BracketLeft')).toBe('mappingAbove');
    expect(meaning('{', 'BracketLeft', true)).toBe('regionAbove');
    expect(meaning('[', 'Digit8')).toBe('mappingAbove');
    expect(meaning('?', 'Slash', true)).toBe('help');
  });

  it('keys of the browser, and keys for typing, are left to them', () => {
    const stroke = (change: Partial<KeyboardEvent>, altGraph = false): KeyboardEvent =>
      ({ key: '[', code: 'Digit8', getModifierState: () => altGraph, ...change }) as Partial<KeyboardEvent> as KeyboardEvent;
    for (const change of [{ key: 'ArrowLeft', altKey: true }, { key: '0', ctrlKey: true }, { key: 'w', code: 'KeyW', metaKey: true }, { isComposing: true }])
      expect(commandOf(stroke(change))).toBe(null);
    expect(meaning('Backspace', 'Backspace')).toBe(null);
  });

  it('Shift asks for speed, but not where it types the key', () => {
    expect(isFast({ key: 'W', code: 'KeyW', shiftKey: true })).toBe(true);
    expect(isFast({ key: 'ArrowUp', code: 'ArrowUp', shiftKey: true })).toBe(true);
    expect(isFast({ key: '+', code: 'Equal', shiftKey: true })).toBe(false);
    expect(isFast({ key: 'w', code: 'KeyW', shiftKey: false })).toBe(false);
  });

  it('no key means two things', () => {
    const names = KEY_TABLE.flatMap(({ keys }) => Object.values<readonly string[]>(keys).flat());
    expect(new Set(names).size).toBe(names.length);
  });

  it('every command has keys and its own label, and is documented', () => {
    const commands = Object.keys(KEYS) as Command[];
    expect(commands.length).toBe(KEY_TABLE.map(({ keys }) => Object.keys(keys).length).reduce((sum, count) => sum + count));
    const shown = KEY_HELP.flatMap(({ keys }) => keys);
    for (const command of commands) {
      expect(KEYS[command].length, command).toBeGreaterThan(0);
      for (const key of KEYS[command].filter((name) => !/^(code:|Shift\+)/.test(name))) expect(meaning(key, ''), key).toBe(command);
      expect(shown, command).toContain(keyLabel(command));
    }
    expect(new Set(commands.map(keyLabel)).size).toBe(commands.length);
    expect(shown).not.toContain('');
    expect(new Set(KEY_HELP.map(({ what }) => what)).size).toBe(KEY_HELP.length);
  });

  it('appear in tooltips by the character on them', () => {
    const labels = (['zoomIn', 'zoomOut', 'panUp', 'panDown', 'fit', 'open', 'pause', 'escape', 'previousHit', 'table', 'help'] as const).map(keyLabel);
    expect(labels).toEqual(['W', 'S', 'A', 'D', 'Home', 'Enter', 'Space', 'Esc', 'Shift N', 'T', '?']);
    const shown = KEY_HELP.flatMap(({ keys }) => keys);
    for (const key of ['↑', '↓', '←', '→', '+', '−', '0', '[', ']', '{', '}', 'G', '/', 'N', 'P', 'K', 'C', 'X']) expect(shown).toContain(key);
  });

  it('that repeat while held are commands', () => expect((Object.keys(KEYS) as Command[]).filter(isHeld).sort()).toEqual([...HELD].sort()));

  it('stand in README.md as they are', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const table = readme.slice(readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)).trim();
    expect(table).toBe(keysMarkdown());
  });
});
