import { assertConfined } from '../common/confinement.ts';
import { serveReading } from '../service/reading-service.ts';
import { FilesServer } from './serve.ts';

/** The files process as a service. Argument: the uid that it must run as. */
assertConfined(Number(process.argv[2]));
serveReading('files', (stream) => {
  new FilesServer(stream);
});
