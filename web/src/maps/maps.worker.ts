import { MapDesk } from './map-desk.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** The worker's own entry: hands messages on. */
const port = self as unknown as {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
  onmessage: (event: MessageEvent<ToWorker>) => void;
};
const { port1, port2 } = new MessageChannel();
let due: () => void = () => undefined;
port1.onmessage = () => due();

const desk = new MapDesk({
  send: (message, transfer) => port.postMessage(message, transfer),
  // Behind the messages that wait already; a timer would wait longer.
  later: (run) => {
    due = run;
    port2.postMessage(null);
  },
});

port.onmessage = ({ data }) => desk.receive(data);
