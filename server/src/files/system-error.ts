import { errnoName } from '../reader/procfs/process/outcome.ts';

/** Usual errors of opening or reading a file of another process. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'procmap has no right to',
  EPERM: 'procmap has no right to',
  ENOENT: 'it is not there any more',
  ENOTDIR: 'it is not there any more',
  ENOTCONN: 'the server of its file system has ended',
  ECONNABORTED: 'the connection to the server of its file system was cut',
  EHOSTDOWN: 'the server of its file system is down',
  EHOSTUNREACH: 'the server of its file system cannot be reached',
  ETIMEDOUT: 'the server of its file system did not answer in time',
  ESTALE: 'the server of its file system does not know it any more',
  EIO: 'its file system reports an input/output error',
  EREMOTEIO: 'its file system reports an input/output error',
  EUCLEAN: 'its file system is damaged',
  EOPNOTSUPP: 'its file system does not support that',
  ENOSYS: 'its file system does not support that',
  ENXIO: 'its device is gone',
  ENODEV: 'its device is gone',
  ENOKEY: 'it is encrypted, and its key is not loaded',
  ELOOP: 'it leads through too many symbolic links',
  ENAMETOOLONG: 'a name in it is too long for its file system',
  EINTR: 'its file system gave up on it',
  ENOMEM: 'the kernel is out of memory',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** Describes a system error; rethrows anything else. */
export function whyNot(error: unknown, what: string): string {
  const word = errnoName(error);
  if (word === '') throw error;
  return `${what}: ${WORDS[word] ?? `the kernel refuses it (${word})`}`;
}
