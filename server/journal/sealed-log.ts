/**
 * A file of sealed records, written at its end only. A record that was added is on the disk; what a crash left half
 * written is told apart from what somebody changed.
 *
 *     header   magic (4) | id of the key (16)
 *     record   length of the envelope (4) | CRC-32 of length and envelope (4) | envelope
 *
 * The envelope holds the number of the record and its content. The checksum needs no key: a record that fails it was torn
 * or damaged by accident. One that passes it and does not open was made by somebody else, and a number that is missing was
 * taken out. Only a cut at the very end cannot be told from a crash.
 */
import { type FileHandle, open as openFile, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { EnvelopeError, open as openEnvelope, seal } from '../crypto/envelope.ts';
import { removeDurably, removeLeftovers, writeDurably } from '../files/durable-file.ts';

export interface LogKey {
  /** A UUID, written into the file. */
  id: string;
  /** 32 bytes. */
  secret: Uint8Array;
}

/** What was found in the file, and what became of it. */
type LogFault =
  /** The end is half written, as after a crash. It was cut off: nobody was told that it is safe. */
  | 'torn'
  /** Records in the middle are missing, damaged, or do not open. */
  | 'changed'
  /** It was sealed with another key, or is not a log at all. */
  | 'foreign';

export interface OpenedLog {
  log: SealedLog;
  /** Every record that opened, in order. */
  records: Buffer[];
  fault: LogFault | null;
  /** Where the whole file was put aside: with the faults `changed` and `foreign`. */
  aside: string | null;
}

const MAGIC = Buffer.from('MSL1');
const HEADER_BYTES = 20;
const FRAME_BYTES = 8;
const NUMBER_BYTES = 4;
/** A length above this cannot be right, bytes. */
const LONGEST_RECORD = 64 * 1024;

export class SealedLog {
  readonly #file: string;
  readonly #key: LogKey;
  #handle: FileHandle | null = null;
  /** Where the next record goes; what is beyond it was never promised. */
  #end = 0;
  #next = 0;
  /** After a failed sync nobody knows what is on the disk: the file must be rewritten. */
  #doubtful = false;

  private constructor(file: string, key: LogKey) {
    this.#file = file;
    this.#key = key;
  }

  /** Reads the file and mends it: see `LogFault`. There need not be one. Throws only where the disk refuses. */
  static async open(file: string, key: LogKey): Promise<OpenedLog> {
    const log = new SealedLog(file, key);
    await removeLeftovers(file);
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (!bytes) return { log, records: [], fault: null, aside: null };
    const { records, fault, end, next } = read(bytes, key);
    if (fault === 'changed' || fault === 'foreign') {
      const aside = `${file}.${fault}-${new Date().toISOString().replaceAll(':', '')}`;
      // First the copy: a crash between the two must lose neither the evidence nor the records.
      await writeDurably(aside, bytes);
      if (records.length > 0) await log.rewrite(records);
      else await removeDurably(file);
      return { log, records, fault, aside };
    }
    if (end === 0) await removeDurably(file);
    else {
      log.#handle = await openFile(file, 'r+');
      log.#end = end;
      log.#next = next;
      if (fault === 'torn') {
        await log.#handle.truncate(end);
        await log.#handle.sync();
      }
    }
    return { log, records, fault, aside: null };
  }

  /** Bytes of the file. */
  get size(): number {
    return this.#end;
  }

  /** Whether `append` would refuse: call `rewrite`. */
  get doubtful(): boolean {
    return this.#doubtful;
  }

  /**
   * Adds the records, all or none. With `sync`, they are on the disk when it resolves; without, a power cut may take them
   * back. Not to be called before the last call has ended.
   */
  async append(records: readonly Uint8Array[], { sync }: { sync: boolean }): Promise<void> {
    if (this.#doubtful) throw new Error('the file must be written anew');
    if (this.#end === 0) return this.rewrite(records);
    const handle = (this.#handle ??= await openFile(this.#file, 'r+'));
    const bytes = Buffer.concat(records.map((record, i) => this.#framed(record, this.#next + i)));
    try {
      await writeAt(handle, bytes, this.#end);
    } catch (error) {
      // On a full disk a part of it may be there, and would look like damage in front of the next record.
      await handle.truncate(this.#end).catch(() => {
        this.#doubtful = true;
      });
      throw error;
    }
    if (sync) {
      try {
        await handle.datasync();
      } catch (error) {
        this.#doubtful = true;
        throw error;
      }
    }
    this.#end += bytes.length;
    this.#next += records.length;
  }

  /** Replaces the content of the file by these records. They are on the disk when it resolves. */
  async rewrite(records: readonly Uint8Array[]): Promise<void> {
    const header = Buffer.concat([MAGIC, keyIdBytes(this.#key.id)]);
    const bytes = Buffer.concat([header, ...records.map((record, i) => this.#framed(record, i))]);
    await writeDurably(this.#file, bytes);
    await this.close();
    this.#handle = await openFile(this.#file, 'r+');
    this.#end = bytes.length;
    this.#next = records.length;
    this.#doubtful = false;
  }

  /** Removes the file. */
  async clear(): Promise<void> {
    await this.close();
    await removeDurably(this.#file);
    this.#end = 0;
    this.#next = 0;
    this.#doubtful = false;
  }

  /** Idempotent. The next `append` opens it again. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  #framed(content: Uint8Array, number: number): Buffer {
    const plain = Buffer.alloc(NUMBER_BYTES + content.length);
    plain.writeUInt32BE(number);
    plain.set(content, NUMBER_BYTES);
    const envelope = seal(this.#key.secret, plain, contextOf(this.#key));
    plain.fill(0);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(envelope.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(envelope, crc32(length)));
    return Buffer.concat([length, sum, envelope]);
  }
}

interface Reading {
  records: Buffer[];
  fault: LogFault | null;
  /** The end of the last record that is as it should be; 0 where not even the header is. */
  end: number;
  /** The number of the next record. */
  next: number;
}

function read(bytes: Buffer, key: LogKey): Reading {
  // A file is made with its first records in one step, so a shorter one was never promised.
  if (bytes.length < HEADER_BYTES) return { records: [], fault: 'torn', end: 0, next: 0 };
  const mine =
    bytes.subarray(0, 4).equals(MAGIC) && bytes.subarray(4, HEADER_BYTES).equals(keyIdBytes(key.id));
  if (!mine) return { records: [], fault: 'foreign', end: 0, next: 0 };
  const records: Buffer[] = [];
  let changed = false;
  let next = 0;
  let end = HEADER_BYTES;
  for (let at = nextFrame(bytes, HEADER_BYTES); at !== null; at = nextFrame(bytes, end)) {
    if (at.start !== end) changed = true;
    end = at.end;
    const plain = openRecord(key, at.envelope);
    if (!plain || plain.readUInt32BE() !== next) changed = true;
    if (!plain) continue;
    next = plain.readUInt32BE() + 1;
    records.push(plain.subarray(NUMBER_BYTES));
  }
  const torn = end < bytes.length;
  return { records, fault: changed ? 'changed' : torn ? 'torn' : null, end, next };
}

interface Frame {
  start: number;
  end: number;
  envelope: Buffer;
}

/** The first intact record from there on: damage in the middle must not cost the records after it. */
function nextFrame(bytes: Buffer, from: number): Frame | null {
  for (let start = from; start + FRAME_BYTES <= bytes.length; start++) {
    const length = bytes.readUInt32BE(start);
    const end = start + FRAME_BYTES + length;
    if (length === 0 || length > LONGEST_RECORD || end > bytes.length) continue;
    const envelope = bytes.subarray(start + FRAME_BYTES, end);
    if (crc32(envelope, crc32(bytes.subarray(start, start + 4))) !== bytes.readUInt32BE(start + 4)) continue;
    return { start, end, envelope };
  }
  return null;
}

function openRecord(key: LogKey, envelope: Buffer): Buffer | null {
  try {
    return openEnvelope(key.secret, envelope, contextOf(key));
  } catch (error) {
    if (error instanceof EnvelopeError) return null;
    throw error;
  }
}

function contextOf({ id }: LogKey): string[] {
  return ['muster/sealed-log', id];
}

function keyIdBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

async function writeAt(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
