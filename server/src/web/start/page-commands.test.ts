import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { withCommands } from './page-commands.ts';

// As it is built from.
const body = readFileSync(new URL('../../../../web/index.html', import.meta.url));
const page = new Map([['/', { type: 'text/html; charset=utf-8', body, gzip: gzipSync(body), immutable: false }]]);

it('the page names the commands of its daemon, whatever its folder is called', () => {
  const index = withCommands(page, { open: `sudo '/a "<b>&$&/procmap' open`, sudoOpen: null, serve: 'other serve' }).get('/');
  const html = index?.body.toString() ?? '';
  expect(html).toContain('<meta name="procmap-open" content="sudo &#39;/a &quot;&lt;b&gt;&amp;$&amp;/procmap&#39; open" />');
  expect(html).toContain('<meta name="procmap-serve" content="other serve" />');
  expect(gunzipSync(index?.gzip ?? '').toString()).toBe(html);
  expect(html.replaceAll(/<meta name="procmap-.*\n/g, '')).toBe(body.toString().replaceAll(/<meta name="procmap-.*\n/g, ''));
});

it('a page without them is as it was', () => {
  const plain = new Map([['/', { type: 'text/html', body: Buffer.from('<!doctype html>'), gzip: null, immutable: false }]]);
  expect(withCommands(plain, { open: 'a', sudoOpen: null, serve: 'b' })).toEqual(plain);
});
