import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SvgPen, xmlText } from './svg-pen.ts';

/** Elements by a strict parser: throws on any malformed output that this pen could produce. */
function elements(svg: string): { name: string; attributes: Map<string, string> }[] {
  const found: { name: string; attributes: Map<string, string> }[] = [];
  const open: string[] = [];
  let at = 0;
  for (const match of svg.trimEnd().matchAll(/<(\/?)([a-zA-Z]+)((?: [a-zA-Z:-]+="[^"<&]*(?:&#\d+;[^"<&]*)*")*)(\/?)>|([^<]+)/g)) {
    if (match.index !== at) throw new Error(`not well-formed at ${at}: ${svg.slice(at, at + 60)}`);
    at += match[0].length;
    const [, close, name = '', attributes = '', own, text] = match;
    if (text !== undefined) {
      // eslint-disable-next-line no-control-regex -- characters that XML cannot represent
      if (/&(?!#\d+;)|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) throw new Error(`bad text ${JSON.stringify(text)}`);
    } else if (close === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
    } else {
      found.push({ name, attributes: new Map([...attributes.matchAll(/ ([^=]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])) });
      if (own !== '/') open.push(name);
    }
  }
  if (at !== svg.trimEnd().length || open.length > 0) throw new Error('something is left open');
  return found;
}

const style = fc.oneof(fc.constantFrom('#123456', 'rgba(1, 2, 3, 0.5)', 'transparent'), fc.string());
const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('a pen for SVG', () => {
  it('writes a well-formed file, whatever is drawn and however hostile the texts', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(']]>', '<script>alert(1)</script>', '" onload="x', '\ud800', '\u0000\u0007', '&amp;', '--><'),
    );
    const call = fc.oneof(
      fc.tuple(fc.constant('text' as const), hostile, number, number, style),
      fc.tuple(fc.constant('rect' as const), hostile, number, number, style),
      fc.tuple(
        fc.constantFrom('clip' as const, 'save' as const, 'restore' as const, 'round' as const, 'stroke' as const, 'font' as const),
        hostile,
        number,
        number,
        style,
      ),
    );
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), hostile, (calls, title) => {
        const pen = new SvgPen();
        let depth = 0;
        for (const [what, text, x, y, paint] of calls) {
          pen.fillStyle = paint;
          pen.strokeStyle = paint;
          if (what === 'text') pen.fillText(text, x, y);
          else if (what === 'rect') pen.fillRect(x, y, 10, 10);
          else if (what === 'stroke') pen.strokeRect(x, y, 10, 10);
          else if (what === 'font') pen.font = `600 12px ${text}`;
          else if (what === 'save') {
            depth++;
            pen.save();
          } else if (what === 'restore') {
            depth = Math.max(0, depth - 1);
            pen.restore();
          } else {
            pen.beginPath();
            pen.roundRect(x, y, 5, 5, 2);
            if (what === 'clip' && depth > 0) pen.clip();
            else pen.fill();
          }
        }
        for (; depth > 0; depth--) pen.restore();
        const all = elements(pen.finish(100, 50, 50, 25, title));
        expect(all[0]?.name).toBe('svg');
        const allowed = ['svg', 'title', 'defs', 'pattern', 'image', 'clipPath', 'g', 'rect', 'text'];
        for (const { name, attributes } of all) {
          expect(allowed).toContain(name);
          for (const key of attributes.keys()) expect(key).not.toMatch(/^on/);
        }
      }),
    );
  });

  it('puts things where the transform, the origin and the path say', () => {
    const pen = new SvgPen();
    pen.origin = { x: 1, y: 20 };
    pen.setTransform(1, 0, 0, 1, 0, 5);
    pen.fillStyle = '#ff0000';
    pen.globalAlpha = 0.5;
    pen.fillRect(2, 3, 4, 5);
    pen.font = '600 13px "A", sans-serif';
    pen.textAlign = 'right';
    pen.globalAlpha = 1;
    pen.fillText('a < b', 7, 8);
    const pattern = pen.addPattern({ url: 'data:image/png;base64,AA==', size: 8 });
    pen.fillStyle = pattern;
    pen.fillRect(0, 0, 1, 1);
    const [, , , , image, rect, text, tiled] = elements(pen.finish(100, 50, 50, 25, 't'));
    expect(image?.attributes.get('href')).toBe('data:image/png;base64,AA==');
    expect(Object.fromEntries(rect?.attributes ?? [])).toEqual({ x: '3', y: '28', width: '4', height: '5', fill: '#ff0000', 'fill-opacity': '0.5' });
    expect(text?.attributes.get('x')).toBe('8');
    expect(text?.attributes.get('text-anchor')).toBe('end');
    expect(text?.attributes.get('font-weight')).toBe('600');
    expect(tiled?.attributes.get('fill')).toBe('url(#p0)');
  });

  it('leaves nothing in a text that XML forbids', () => expect(xmlText('a\u0000<b>&"\ud800\n')).toBe('a\ufffd&#60;b&#62;&#38;&#34;\ufffd&#10;'));
});
