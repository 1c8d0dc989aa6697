import { serveReading } from '../service/reading-service.ts';
import { assertConfined } from '../common/confinement.ts';
import { ReaderHangs } from './reader-hangs.ts';
import { ReaderServer } from './serve.ts';

/**
 * The reader as a service. Arguments: the uid that it must run as, and the folder with the files that only root may
 * open (service/root-files.ts).
 */
const [uid = '', rootFiles = ''] = process.argv.slice(2);
assertConfined(Number(uid));
const hangs = new ReaderHangs();
serveReading('reader', (stream) => new ReaderServer(stream, Promise.resolve({ from: 'folder', folder: rootFiles }), hangs).warmUp());
