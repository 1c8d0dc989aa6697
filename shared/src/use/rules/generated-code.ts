import type { UseMap } from '../use-map.ts';

/** Valgrind's tools are programs of their own, in which the one that is examined runs. */
const VALGRIND = /^(memcheck|massif|callgrind|cachegrind|helgrind|drd|dhat|lackey|none|exp-bbv)-(amd64|x86|arm64|arm)-linux$/;
/** Libraries and programs that write code, and whose it is. */
const WRITERS: readonly (readonly [pattern: RegExp, of: string])[] = [
  [/^libluajit|^luajit/, 'LuaJIT'],
  [/^libpcre2?-(8|16|32)\.so|^libpcre\.so/, 'PCRE'],
  [/^libffi\.so/, 'libffi'],
  [/^libjvm\.so$/, 'Java VM'],
  [/^libcoreclr\.so$/, '.NET'],
  [/^(lib)?mono/, 'Mono'],
  [/^libLLVM|^libgallium/, 'LLVM'],
  [/^(node|nodejs|deno|electron|chromium?|chrome)$/, 'V8'],
  [/^libmozjs|^libxul\.so$/, 'SpiderMonkey'],
  [/^libjavascriptcoregtk/, 'JavaScriptCore'],
  [/^qemu-/, 'QEMU'],
  [/^opcache\.so$/, 'PHP opcache'],
  [/^beam\.smp$/, 'Erlang'],
];

/** Executable memory without a file, and who may have written it. */
export function generatedCode(map: UseMap): void {
  const tool = map.program(VALGRIND);
  if (tool !== null) {
    const evidence = `it is executable: ${tool} maps its own memory and the heap of the program that it examines so`;
    map.claimAnonymous({ use: 'allocator', certainty: 'seen', of: 'Valgrind', evidence }, 'code', 0);
    return;
  }
  const writers = WRITERS.filter(([pattern]) => map.program(pattern) !== null).map(([, of]) => of);
  const of = writers.join(' or ');
  const evidence = `it is executable, and no file is behind it${of === '' ? '' : `; ${of} writes code, and is in this process`}`;
  map.claimAnonymous({ use: 'jit_code', certainty: 'seen', of, evidence }, 'code', 0);
}
