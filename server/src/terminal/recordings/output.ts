import { closeSync, fsyncSync, lstatSync, rmSync, writeSync } from 'node:fs';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { beginRecording } from '@procmap/shared/formats/recording-file.ts';
import { encodeHead } from '@procmap/shared/formats/recording-head.ts';
import { encodeIndex, type FramePlace } from '@procmap/shared/formats/recording-index.ts';
import type { StoredFrame } from '@procmap/shared/time/recorder.ts';
import { Fault } from '../../common/fault.ts';
import { PACKING } from './packing.ts';
import { createFile } from '../writing/new-file.ts';
import { whyNotOwn } from '../writing/own-file.ts';

/** The file of a recording, while it is made: only whole frames are in it, at any time. */
export class RecordingOutput {
  readonly #path: string;
  readonly #file: number;
  readonly #places: FramePlace[] = [];
  #bytes = 0;

  /** Creates the file. `force`: replaces a regular file of the user's. Throws a Fault. */
  constructor(path: string, force: boolean) {
    this.#path = path;
    this.#file = this.#doing(() => open(path, force));
  }

  get bytes(): number {
    return this.#bytes;
  }

  async begin(head: Parameters<typeof encodeHead>[0], at: number): Promise<void> {
    const parts = await beginRecording(encodeHead(head), at, PACKING);
    const [first] = parts;
    this.#places.push({ offset: first?.length ?? 0, type: 'HEAD', at, until: at });
    for (const part of parts) this.#write(part);
  }

  add({ type, at, until, bytes }: StoredFrame): void {
    this.#places.push({ offset: this.#bytes, type, at, until });
    this.#write(bytes);
  }

  /** Ends the file with its index. */
  end(): void {
    this.#write(encodeIndex(this.#places, this.#bytes));
    this.#doing(() => {
      fsyncSync(this.#file);
      closeSync(this.#file);
    });
  }

  /** A frame that does not fit on the disk is left out: a reader sees where the file is cut. */
  #write(bytes: Uint8Array): void {
    this.#doing(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    });
    this.#bytes += bytes.length;
  }

  #doing<T>(what: () => T): T {
    try {
      return what();
    } catch (error) {
      if (error instanceof Fault) throw error;
      const why = (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*')?$/s, '');
      throw new Fault(`${escapeText(this.#path)} cannot be written: ${why}`);
    }
  }
}

function open(path: string, force: boolean): number {
  const file = createFile(path, false);
  if (file !== null) return file;
  const there = lstatSync(path);
  if (!force) throw new Fault(`${escapeText(path)} is there already, and was not touched; --force replaces it`);
  const fault = there.isSymbolicLink() ? 'is a link' : whyNotOwn(there);
  if (fault !== null) throw new Fault(`${escapeText(path)} ${fault}, so it was not replaced; name another file`);
  rmSync(path);
  const made = createFile(path, false);
  if (made === null) throw new Fault(`${escapeText(path)} was created meanwhile by another program; name another file`);
  return made;
}
