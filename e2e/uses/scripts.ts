/** What runtimes run, to have memory of each kind. Each says that it is ready when it has it. */

export const JAVA = `
import java.util.*;
public class Memory {
  static List<byte[]> keep = new ArrayList<>();
  public static void main(String[] args) throws Exception {
    for (int i = 0; i < 60; i++) keep.add(new byte[1 << 20]);
    for (int t = 0; t < 4; t++) {
      Thread worker = new Thread(() -> { for (;;) try { Thread.sleep(1000); } catch (Exception e) { } }, "worker-" + t);
      worker.setDaemon(true);
      worker.start();
    }
    java.nio.ByteBuffer direct = java.nio.ByteBuffer.allocateDirect(32 << 20);
    for (int i = 0; i < direct.capacity(); i += 4096) direct.put(i, (byte) 1);
    System.out.println("ready");
    System.in.read();
  }
}`;

export const GO = `
package main
import ("fmt"; "os"; "runtime"; "time")
var keep [][]byte
func main() {
	for i := 0; i < 100; i++ { b := make([]byte, 1<<20); for j := 0; j < len(b); j += 4096 { b[j] = 1 }; keep = append(keep, b) }
	for i := 0; i < 500; i++ { go func() { time.Sleep(time.Hour) }() }
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("ready", m.HeapSys + m.StackSys)
	os.Stdin.Read(make([]byte, 1))
}`;

export const PHP = `
function sum($n) { $s = 0; for ($i = 0; $i < $n; $i++) { $s += $i % 7; } return $s; }
for ($i = 0; $i < 200; $i++) sum(10000);
$a = []; for ($i = 0; $i < 200000; $i++) $a[] = "x$i";
echo "ready ", memory_get_usage(true), "\\n"; fgets(STDIN);`;

/** Tells where a trace lies, the size of the heap, and memory that the program mapped by itself. */
export const LUA = `
local s = 0 for i = 1, 1e7 do s = s + i % 7 end
local _, at = require('jit.util').tracemc(1)
local ffi = require('ffi')
ffi.cdef('void *mmap(void *, size_t, int, int, int, long); void *memset(void *, int, size_t);')
local mapped = ffi.C.mmap(nil, 1032 * 1024, 3, 0x22, -1, 0) ffi.C.memset(mapped, 1, 4096)
local keep = {} for i = 1, 300000 do keep[i] = 'x' .. i end
collectgarbage()
print(string.format('ready %x %d %x', at, collectgarbage('count') * 1024, tonumber(ffi.cast('uintptr_t', mapped)))) io.stdout:flush() io.read()
print(#keep)`;

/** Needs --expose-gc. Tells the size of V8's heap. */
export const NODE = `
  const keep = []; for (let i = 0; i < 300000; i++) keep.push({ i, text: 'x' + i }); globalThis.keep = keep;
  globalThis.memory = new WebAssembly.Memory({ initial: 160, maximum: 1600 });
  new Uint8Array(memory.buffer).fill(1);
  const bufs = []; for (let i = 0; i < 20; i++) bufs.push(Buffer.alloc(2 ** 20, 1)); globalThis.bufs = bufs;
  gc(); const heap = require('v8').getHeapStatistics();
  console.log('ready', heap.total_heap_size, heap.total_physical_size); setInterval(() => 0, 1e6);`;

export const PYTHON = `import sys
keep = [str(i) + 'x' for i in range(300000)]
sys.stdout.write('ids ' + ' '.join('%x' % id(each) for each in keep[::7]) + chr(10))
print('ready', flush=True)
sys.stdin.read()`;
