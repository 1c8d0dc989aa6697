import { apiGet, isTooSoon } from './session.ts';

/** GETs a route that the daemon answers only now and then for one process: asks until its rest is over. `onwait`: whether it rests. */
export async function patientGet(path: string, key: string, signal: AbortSignal, onwait: (waiting: boolean) => void): Promise<Response> {
  for (;;) {
    const response = await apiGet(path, key, signal);
    if (!isTooSoon(response)) return response;
    onwait(true);
    await sleep(1000 * Math.max(1, Number(response.headers.get('retry-after')) || 1), signal);
    onwait(false);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('cancelled'));
    });
  });
}
