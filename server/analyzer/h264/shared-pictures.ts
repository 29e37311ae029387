/**
 * Memory that an analyzer shares with a process of its own: a file that only the two of them hold. A picture costs a third of
 * what it costs through a pipe, and nothing of it lies on a disk or stays behind.
 */
import { closeSync, existsSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';

/** Files there are memory (Linux). Elsewhere pictures travel in messages. */
const MEMORY = '/dev/shm';
/** Where the process finds the file: after its own three and the channel of messages. */
const SHARED_FD = 4;

export class SharedPictures {
  readonly fd: number;
  /** Bytes of each place. */
  readonly place: number;
  #buffer = new Uint8Array(0);
  #closed = false;

  /**
   * Null where there is no such memory.
   *
   * @param place bytes of the largest picture
   */
  static open(place: number): SharedPictures | null {
    if (!existsSync(MEMORY)) return null;
    const file = path.join(MEMORY, `muster-${randomUUID()}`);
    try {
      const fd = openSync(file, 'wx+', 0o600);
      unlinkSync(file);
      return new SharedPictures(fd, place);
    } catch {
      return null;
    }
  }

  private constructor(fd: number, place: number) {
    this.fd = fd;
    this.place = place;
  }

  /** The picture at a place: valid until the next call. */
  read(place: number, bytes: number): Uint8Array {
    if (!(bytes > 0 && bytes <= this.place)) throw new Error(`${bytes} bytes are no picture`);
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
    const got = readSync(this.fd, this.#buffer, 0, bytes, place * this.place);
    if (got !== bytes) throw new Error(`${got} of ${bytes} bytes of a picture arrived`);
    return this.#buffer.subarray(0, bytes);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.fd);
  }
}

/**
 * In the other process. False where it cannot be written: there is no such memory, or it is full.
 *
 * @param bytes of each place
 */
export function writeShared(bytes: number, place: number, data: Uint8Array): boolean {
  if (data.length > bytes) return false;
  try {
    for (let at = 0; at < data.length;) {
      at += writeSync(SHARED_FD, data, at, data.length - at, place * bytes + at);
    }
    return true;
  } catch {
    return false;
  }
}
