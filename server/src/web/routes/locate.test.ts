import type { LocateJson } from '@procmap/shared/output/locate-json.ts';
import type { RegionJson } from '@procmap/shared/output/map-json.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures, Fixture } from '../../../../e2e/fixtures/fixture.ts';
import { WebClient } from '../../../test/web-client.ts';

let web: WebClient;
let known: Fixture;

beforeAll(async () => {
  buildFixtures();
  web = await WebClient.start();
  known = await Fixture.start('known');
});

afterAll(async () => {
  await known.stop();
  await web.stop();
});

function locate(query: string, pid: number | string = known.pid): Promise<{ status: number; body: unknown }> {
  return web.ask(`/api/processes/${pid}/locate${query}`);
}

describe('GET /api/processes/:pid/locate', () => {
  it('names the regions of a range, for every mapping that the process made', async () => {
    const { regions } = (await web.ask(`/api/processes/${known.pid}/map`)).body as { regions: RegionJson[] };
    for (const { start, length, offset, path } of known.mappings) {
      const { status, body } = await locate(`?start=0x${(start + 0x123).toString(16)}&length_kb=1`);
      expect(status).toBe(200);
      const located = body as LocateJson;
      expect(located).toMatchObject({ space: 'user', offset_in_region: '0x123', mapped_bytes: 1024, region_count: 1 });
      expect(located.file_offset).toBe(path.startsWith('/') ? `0x${(offset + 0x123).toString(16)}` : null);
      expect(located.regions).toEqual(regions.filter((region) => Number(region.start) === start));
      expect(located.regions[0]).toMatchObject({ size: length });
    }
  });

  it('counts all mappings of a range, including the guards on both sides', async () => {
    const { start = 0 } = known.mappings.find(({ name }) => name === 'wx') ?? {};
    // A page without access, then one each of rwx, none and r--, and one without access again: all of them are
    // mappings.
    const { body } = await locate(`?start=0x${(start - 4096).toString(16).toUpperCase()}&length_kb=20`);
    expect(body).toMatchObject({ mapped_bytes: 20_480, region_count: 5, file_offset: null });
    expect((body as LocateJson).regions.map(({ perms }) => perms)).toEqual(['---', 'r--', '---', 'rwx', '---']);
  });

  it('goes to the ends of the space', async () => {
    expect(await locate('?start=0x0&length_kb=18014398509481984')).toMatchObject({
      status: 200,
      body: { start: '0x0000000000000000', end: '0x10000000000000000' },
    });
    expect(await locate('?start=0xfffffffffffffc00&length_kb=1')).toMatchObject({
      status: 200,
      body: { space: 'kernel', region_count: 1, mapped_bytes: null },
    });
    expect(await locate('?length_kb=1&start=0x0')).toMatchObject({ status: 200, body: { regions: [{ kind: 'null_trap' }], space: 'user' } });
  });

  it.each([
    '',
    '?',
    '?start=0x1000',
    '?length_kb=4',
    '?start=&length_kb=4',
    '?start=0x1000&length_kb=',
    '?start=4096&length_kb=4',
    '?start=7f0000000000&length_kb=4',
    '?start=0x&length_kb=4',
    '?start=0xg&length_kb=4',
    '?start=-0x1000&length_kb=4',
    '?start=%200x1000&length_kb=4',
    '?start=0x1000%0a&length_kb=4',
    '?start=0x1_000&length_kb=4',
    '?start=0x10000000000000000&length_kb=4',
    '?start=0x00000000000001000&length_kb=4',
    '?start=0x1000&start=0x2000&length_kb=4',
    '?start[]=0x1000&length_kb=4',
    '?start=0x1000&length_kb=0',
    '?start=0x1000&length_kb=00',
    '?start=0x1000&length_kb=-4',
    '?start=0x1000&length_kb=%2b4',
    '?start=0x1000&length_kb=4.0',
    '?start=0x1000&length_kb=1e3',
    '?start=0x1000&length_kb=0x4',
    '?start=0x1000&length_kb=4K',
    '?start=0x1000&length_kb=%204',
    '?start=0x1000&length_kb=4&length_kb=4',
    '?start=0x1000&length_kb=%EF%BC%94',
    '?start=0x1000&length_kb=18014398509481985',
    '?start=0x1000&length_kb=999999999999999999',
    '?start=0x1000&length_kb=4&size=1',
    '?start=0x1000&length_kb=4&__proto__=1',
    '?START=0x1000&length_kb=4',
    '?start=0xfffffffffffffc00&length_kb=2',
    '?start=0x400&length_kb=18014398509481984',
  ])('answers %j by 400', async (query) => {
    const { status, body } = await locate(query);
    expect([status, body]).toEqual([400, { error: 'bad_range', message: expect.stringMatching(/.{20}/) as string }]);
  });

  it('answers 400 for an invalid id, 404 for an unused one, and 409 without an address space', async () => {
    const query = '?start=0x1000&length_kb=4';
    for (const pid of ['0', '1e3', '1%2f..%2fself']) expect(await locate(query, pid)).toMatchObject({ status: 400, body: { error: 'bad_pid' } });
    expect(await locate(query, 4_194_304)).toMatchObject({ status: 404, body: { error: 'not_found' } });
    const zombie = await Fixture.start('zombie');
    expect(await locate(query, zombie.ready[1])).toMatchObject({ status: 409, body: { error: 'zombie' } });
    await zombie.stop();
  });
});
