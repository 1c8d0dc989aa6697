import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const VM = '7ff000000000-7ff000100000 r-xp /usr/lib/jvm/lib/server/libjvm.so ; rd ex';
/** As of JDK 25 with -Xmx256m and G1; jcmd System.map says CDS, CLASS, JAVAHEAP, META and CODE of these. */
const JDK_25 = `
  24000000-24001000 ---p
  24001000-24d92000 rw-p /usr/lib/jvm/lib/server/classes.jsa ; rd wr
  24d92000-25000000 ---p ; nr
  25000000-25010000 rw-p ; rd wr
  25010000-25040000 ---p ; nr
  25040000-25050000 rw-p ; rd wr
  25050000-65000000 ---p ; nr
  f0000000-ffe00000 rw-p ; rd wr
  ffe00000-fff22000 rw-p /usr/lib/jvm/lib/server/classes.jsa ; rd wr
  fff22000-100000000 rw-p ; rd wr
  7fcf88000000-7fcf88020000 rw-p ; rd wr
  7fcf88020000-7fcf88400000 ---p ; nr
  7fcf88400000-7fcf88410000 rw-p ; rd wr
  7fcf88410000-7fcf8c000000 ---p ; nr
  7fcfa85ff000-7fcfa886f000 rwxp ; rd wr ex
  7fcfa886f000-7fcfafb38000 ---p ; nr
  7fcfafb38000-7fcfafda8000 rwxp ; rd wr ex
  7fcfafda8000-7fcfb75ff000 ---p ; nr
  ${VM}`;
const JDK_25_WORDS = [
  ...['cds_archive', 'cds_archive', 'cds_archive', 'class_space', 'class_space', 'class_space', 'class_space'],
  ...['gc_heap', 'gc_heap', 'gc_heap', 'class_space', 'class_space', 'class_space', 'class_space'],
  ...['code_cache', 'code_cache', 'code_cache', 'code_cache', 'library'],
];
const XMX = { commandLine: 'java -cp . -Xmx256m Main' };

describe('a Java VM', () => {
  it('is told with the size of its heap', () => {
    expect(wordsOf(JDK_25, XMX)).toEqual(JDK_25_WORDS);
    expect(factsOf(JDK_25, XMX)).toMatchObject({
      0: { of: 'classes.jsa', certainty: 'seen' },
      1: { of: 'classes.jsa', certainty: 'told' },
      3: { of: 'Java class space', evidence: expect.stringMatching(/exactly 1 GB behind/) as string },
      8: {
        of: 'Java heap',
        certainty: 'seen',
        evidence: expect.stringMatching(/run of 256 MB below 32 GB in a Java VM, as the command line says \(256 MB\)/) as string,
      },
      10: { of: 'Java metaspace' },
      14: { of: 'Java VM', evidence: expect.stringMatching(/exactly 240 MB/) as string },
    });
  });

  it('is told without it, by the archive in the heap', () => {
    expect(wordsOf(JDK_25)).toEqual(JDK_25_WORDS);
    expect(factsOf(JDK_25)[7]).toMatchObject({
      certainty: 'seen',
      evidence: expect.stringMatching(/the only such run, and a part of it comes from the class archive/) as string,
    });
  });

  it('is nothing without its library', () => {
    const words = wordsOf(JDK_25.replace('libjvm', 'libjim'), XMX);
    for (const word of ['gc_heap', 'class_space', 'cds_archive', 'code_cache', 'allocator']) expect(words).not.toContain(word);
  });
});

const facts = (text: string, commandLine = ''): readonly (readonly [string | null, string | null])[] =>
  factsOf(`${text}\n${VM}`, { commandLine }).map(({ use, certainty }) => [use, certainty]);

describe('a Java heap', () => {
  const PLAIN = '606000000-610000000 rw-p ; rd wr\n610000000-800000000 ---p ; nr';

  it('is likely the only run, without more evidence', () => {
    expect(facts(PLAIN).slice(0, 2)).toEqual([
      ['gc_heap', 'likely'],
      ['gc_heap', 'likely'],
    ]);
  });

  it('may be rounded up to whole regions', () => {
    const evidence = { commandLine: 'java -Xmx299m -Xmx500m Main' };
    expect(factsOf(`e0000000-100000000 rw-p ; rd wr\n${VM}`, evidence)[0]).toMatchObject({
      certainty: 'seen',
      evidence: expect.stringMatching(/run of 512 MB .* says \(500 MB\)/) as string,
    });
  });

  it('is the part of a run with the right size', () => {
    expect(facts(`dfff0000-e0000000 rw-p ; rd wr nr\ne0000000-100000000 rw-p ; rd wr`, 'java -Xmx512M').map(([use]) => use)).toEqual([
      null,
      'gc_heap',
      'library',
    ]);
  });

  it('of ZGC is told by its name, with its reserve', () => {
    expect(facts('40000000000-40010000000 rw-s /memfd:java_heap (deleted)\n40010000000-40100000000 ---p').slice(0, 2)).toEqual([
      ['gc_heap', 'told'],
      ['gc_heap', 'seen'],
    ]);
  });

  it.each([
    ['one of two runs', '500000000-510000000 rw-p ; rd wr\n606000000-610000000 rw-p ; rd wr', ''],
    ['a run that lies elsewhere', '606080000-610080000 rw-p ; rd wr', ''],
    ['a run above 32 GB', '7f0000000000-7f0020000000 rw-p ; rd wr', 'java -Xmx512m'],
    ['the program break', '606000000-610000000 rw-p [heap] ; rd wr', ''],
    ['closed memory', '606000000-610000000 ---p ; nr', ''],
  ])('is not %s', (_, text, commandLine) => {
    expect(facts(text, commandLine).map(([use]) => use)).not.toContain('gc_heap');
  });
});

describe('parts of a Java VM', () => {
  it('have the sizes that the command line says', () => {
    const evidence = { commandLine: 'java -XX:ReservedCodeCacheSize=64m -XX:CompressedClassSpaceSize=32m Main' };
    const text = `
      7f1000000000-7f1000c00000 rw-p /a/classes.jsa ; rd wr
      7f1001000000-7f1001010000 rw-p ; rd wr
      7f1001010000-7f1003000000 ---p ; nr
      7f2000000000-7f2000270000 rwxp ; rd wr ex
      7f2000270000-7f2004000000 ---p ; nr
      7f2004000000-7f2004004000 ---p
      ${VM}`;
    expect(wordsOf(text, evidence)).toEqual(['cds_archive', 'class_space', 'class_space', 'code_cache', 'code_cache', 'guard', 'library']);
  });

  it('are not a class space of another size, small executable memory, or metaspace of another shape', () => {
    const text = `
      7f1000000000-7f1000c00000 rw-p /a/classes.jsa ; rd wr
      7f1001000000-7f1001010000 rw-p ; rd wr
      7f1001010000-7f1041001000 ---p ; nr
      7f2000000000-7f2000010000 rwxp ; rd wr ex
      7f3000000000-7f3000020000 rw-p ; rd wr nr
      7f3000020000-7f3004000000 ---p
      7f4000000000-7f4000020000 rw-p ; rd wr
      7f4000020000-7f4002000000 ---p ; nr
      7f5000000000-7f5000020000 rw-p ; rd wr
      7f5000020000-7f5004000000 ---p ; nr
      ${VM}`;
    expect(wordsOf(text)).toEqual(['cds_archive', '-', 'reserve', 'jit_code', '-', 'reserve', '-', 'reserve', '-', 'reserve', 'library']);
  });

  it('may be joined with other memory below', () => {
    const rest = '7f4000400000-7f4000410000 rw-p ; rd wr\n7f4000410000-7f4004000000 ---p ; nr';
    const text = `7f3ffffff000-7f4000020000 rw-p ; rd wr\n7f4000020000-7f4000400000 ---p ; nr\n${rest}\n${VM}`;
    expect(factsOf(text)[0]).toMatchObject({ use: 'mixed', of: 'Java metaspace, memory not told' });
  });
});
