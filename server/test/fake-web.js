// Stands in for the web process in tests of the supervisor: the same ipc messages, but plain HTTP without any guard, and only node: built-ins.
// GET /ask?<JSON request> passes a request to the reader; /status prints /proc/self/status; /crash and /fatal end it; /hang-up closes its channel to the daemon, as a process does
// that is about to end; /taken says that the port is in use, and lets go of the reader; /healthz is not answered.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** A busy machine may take as long for an answer that is none that hangs. */
const STUCK_MS = 1500;
let reader = null;
let readers = 0;
let up = false;
const waiting = [];
let config = null;
let keys = 0;
/** Of the other one that reads: kept, so that it does not end. */
const held = [];
let lingering = null;
const rows = [];
/** As long as a real one: key-1 and so on, and `-` behind it. */
const key = () => `key-${++keys}`.padEnd(43, '-');

/** Passes a request on to a reader that is up: the time that it takes to start, on a busy machine, is no hang. */
function ask(request, answer) {
  if (reader === null) return answer({ status: 'no reader' });
  if (!up) return setTimeout(ask, 20, request, answer);
  send(request);
  const timer = setTimeout(() => process.send({ type: 'stuck', of: 'reader', reason: 'no answer' }), STUCK_MS);
  waiting.push((value) => {
    clearTimeout(timer);
    answer(value);
  });
}

function send(request) {
  const head = Buffer.from(JSON.stringify({ id: 1, ...request }));
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(4 + head.length, 0);
  prefix.writeUInt32LE(head.length, 4);
  reader.write(Buffer.concat([prefix, head]));
}

/** Whoever waits for the last one. */
function leave() {
  for (const answer of waiting.splice(0)) answer({ status: 'reader died' });
}

function take(stream) {
  // The next one may be here before the end of the last is seen.
  leave();
  reader = stream;
  readers++;
  up = false;
  send({ op: 'system' });
  waiting.push(() => {
    up = true;
  });
  let bytes = Buffer.alloc(0);
  stream.on('error', () => undefined);
  stream.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32LE(0)) {
      const head = JSON.parse(bytes.subarray(8, 8 + bytes.readUInt32LE(4)));
      bytes = bytes.subarray(4 + bytes.readUInt32LE(0));
      if (head.status === 'rows') rows.push(...head.processes);
      else if (head.status === 'processes') waiting.shift()?.({ ...head, processes: rows.splice(0) });
      else if (head.status !== 'busy' && head.id !== 0) waiting.shift()?.(head);
    }
  });
  stream.on('close', () => {
    if (reader !== stream) return;
    reader = null;
    leave();
  });
}

const server = createServer((request, response) => {
  const { pathname, search } = new URL(request.url, 'http://x');
  const send = (value) => response.end(JSON.stringify({ readers, ...value }));
  if (pathname === '/ask') ask(JSON.parse(decodeURIComponent(search.slice(1))), send);
  else if (pathname === '/status') response.end(readFileSync('/proc/self/status'));
  else if (pathname === '/crash') process.exit(3);
  else if (pathname === '/hang-up') {
    process.removeAllListeners('disconnect');
    process.disconnect();
    send({});
  } else if (pathname === '/fatal') process.send({ type: 'fatal', error: 'odd', message: 'something odd' });
  else if (pathname === '/taken') {
    reader.destroy();
    process.send({ type: 'fatal', error: 'EADDRINUSE', message: 'in use' });
  } else if (pathname === '/healthz') return;
  else if (pathname === '/say') process.send(JSON.parse(decodeURIComponent(search.slice(1))));
  else send({ config, lingering, argv: process.execArgv, env: process.env });
});

process.on('disconnect', () => process.exit(0));
process.on('message', (message, handle) => {
  if (message.type === 'config') {
    config = message;
    server.on('error', (error) => process.send({ type: 'fatal', error: error.code, message: error.message }));
    server.listen(message.port, message.host, () => process.send({ type: 'listening', port: server.address().port, key: key() }));
  } else if (message.type === 'stream') {
    // None of one that was closed on its way here.
    if (handle === undefined) return;
    if (message.of === 'reader') take(handle);
    else held.push(handle);
  } else if (message.type === 'lingering') lingering = message.counts;
  else if (message.type === 'mint') process.send({ type: 'minted', request: message.request, key: key() });
  else if (message.type === 'shutdown') process.exit(0);
});
