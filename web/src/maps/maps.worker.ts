import { MapDesk } from './map-desk.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Entry point of the worker: passes messages on. */
const port = self as unknown as {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
  onmessage: (event: MessageEvent<ToWorker>) => void;
};
const { port1, port2 } = new MessageChannel();
let due: () => void = () => undefined;
port1.onmessage = () => due();

const desk = new MapDesk({
  send: (message, transfer) => port.postMessage(message, transfer),
  // Runs after the messages already waiting; a timer would take longer.
  later: (run) => {
    due = run;
    port2.postMessage(null);
  },
});

port.onmessage = ({ data }) => desk.receive(data);
