/** The host name of the page, chosen anew at each start (server/src/common/page-name.ts). */
const PAGE_NAME = /^[a-z][a-z0-9]{15}\.localhost$/;

type Place = Pick<Location, 'hostname' | 'port' | 'origin'>;

/**
 * The origin for a lasting link: the page's own name does not last, and 127.0.0.1 redirects to the current one. The
 * port may be forwarded by ssh.
 */
export function lastingOrigin({ hostname, port, origin }: Place): string {
  return PAGE_NAME.test(hostname) ? `http://127.0.0.1${port === '' ? '' : `:${port}`}` : origin;
}

/**
 * Whether other programs may have used this page's origin before: data they left in the browser belongs to the same
 * origin.
 */
export function isShared({ hostname }: Pick<Place, 'hostname'>): boolean {
  return !PAGE_NAME.test(hostname);
}

/** Explains that to people. */
export const SHARED_ORIGIN =
  'This page has the same address after each start (--plain-origin, --host): programs that used its port before may read the links that you open. Without these options, each start has its own address.';
