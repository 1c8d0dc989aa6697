import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withCommands } from './page-commands.ts';

// The source of the built page.
const index = readFileSync(new URL('../../../../web/index.html', import.meta.url), 'utf8');

it('the page names the commands of its daemon, whatever its folder is called', () => {
  const html = withCommands(index, { open: `sudo '/a "<b>&$&/procmap' open`, sudoOpen: null, serve: 'other serve' });
  expect(html).toContain('<meta name="procmap-open" content="sudo &#39;/a &quot;&lt;b&gt;&amp;$&amp;/procmap&#39; open" />');
  expect(html).toContain('<meta name="procmap-serve" content="other serve" />');
  expect(html.replaceAll(/<meta name="procmap-.*\n/g, '')).toBe(index.replaceAll(/<meta name="procmap-.*\n/g, ''));
});

it('a page without them is unchanged', () => expect(withCommands('<!doctype html>', { open: 'a', sudoOpen: null, serve: 'b' })).toBe('<!doctype html>'));
