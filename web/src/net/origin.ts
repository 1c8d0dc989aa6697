/** As the daemon names its page, anew at each start (server/src/common/page-name.ts). */
const PAGE_NAME = /^[a-z][a-z0-9]{15}\.localhost$/;

type Place = Pick<Location, 'hostname' | 'port' | 'origin'>;

/** Where a link leads that is to last: the page's own name does not, and 127.0.0.1 redirects to the one of the moment. The port may be one of ssh. */
export function lastingOrigin({ hostname, port, origin }: Place): string {
  return PAGE_NAME.test(hostname) ? `http://127.0.0.1${port === '' ? '' : `:${port}`}` : origin;
}

/** Whether other programs may have been at this page's address before: what they left in the browser is of the same origin. */
export function isShared({ hostname }: Pick<Place, 'hostname'>): boolean {
  return !PAGE_NAME.test(hostname);
}

/** What that means, for people. */
export const SHARED_ORIGIN =
  'The address of this page is the same after each start (--plain-origin, --host): what used its port before may read the links that you open. Without these options each start has its own.';
