/** The one key that wraps all others: from the environment, or a file that only its owner can read. */
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KEY_BYTES, open as openEnvelope, seal } from './envelope.ts';

export interface MasterKeyOptions {
  /** 32 bytes in base64: `config.masterKey`. */
  value: string | undefined;
  /** Where the file is made when `value` is not given: `config.dataDir`. */
  dataDir: string;
  /** Ids of the master keys that something stored was sealed under; none where nothing is stored. */
  known: () => Promise<readonly string[]>;
}

const LOST = '; if it is lost for good, empty the tables template and person_key, and enrol everybody again.';

export class MasterKey {
  /** Fingerprint: tells keys apart without saying anything about them. */
  readonly id: string;
  readonly #key: Buffer;

  constructor(key: Buffer) {
    if (key.length !== KEY_BYTES) throw new Error(`The master key must have ${KEY_BYTES} bytes`);
    this.#key = key;
    this.id = createHash('sha256').update('muster/master-key-id').update(key).digest('hex').slice(0, 16);
  }

  /**
   * Throws one Error of one sentence when the file is readable by others, damaged, or cannot be made, and when
   * the key opens nothing of what is stored: with it, everybody would be unknown.
   */
  static async load({ value, dataDir, known }: MasterKeyOptions): Promise<MasterKey> {
    const file = path.join(dataDir, 'master.key');
    const given = value === undefined ? await readKeyFile(file) : decode(value, 'MUSTER_MASTER_KEY');
    const inUse = await known();
    if (given === null) {
      if (inUse.length > 0) {
        throw new Error(
          `The master key ${file} is missing, and the stored face templates open with no other: bring it back from a backup, or set MUSTER_MASTER_KEY to it${LOST}`,
        );
      }
      return new MasterKey(await makeKeyFile(file));
    }
    const key = new MasterKey(given);
    if (inUse.length > 0 && !inUse.includes(key.id)) {
      const where = value === undefined ? file : 'MUSTER_MASTER_KEY';
      throw new Error(
        `The master key in ${where} (${key.id}) opens none of the stored face templates: give back the one they were sealed with (${inUse.join(', ')})${LOST}`,
      );
    }
    return key;
  }

  wrap(dataKey: Uint8Array, context: readonly string[]): Buffer {
    return seal(this.#key, dataKey, context);
  }

  /** Throws EnvelopeError. */
  unwrap(wrapped: Uint8Array, context: readonly string[]): Buffer {
    return openEnvelope(this.#key, wrapped, context);
  }

  /** A key for another purpose that is lost with this one, and says nothing about it (HKDF, RFC 5869). */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#key, '', `muster/${purpose}`, KEY_BYTES));
  }
}

async function readKeyFile(file: string): Promise<Buffer | null> {
  let mode: number;
  try {
    ({ mode } = await stat(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`The master key ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8);
    throw new Error(`The master key ${file} can be read by others (mode ${octal}): chmod 600 ${file}`);
  }
  return decode((await readFile(file, 'utf8')).trim(), file);
}

/** Written aside and linked into place: a crash leaves no half key, and of two servers that start at once one wins. */
async function makeKeyFile(file: string): Promise<Buffer> {
  await mkdir(path.dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(aside, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    const handle = await open(aside, 'r');
    await handle.sync();
    await handle.close();
    await link(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(aside);
  }
  const key = await readKeyFile(file);
  if (!key) throw new Error(`The master key ${file} vanished while it was being made.`);
  return key;
}

function decode(text: string, where: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES || key.toString('base64') !== text) {
    throw new Error(
      `The master key in ${where} is not ${KEY_BYTES} bytes in base64: restore it from a backup.`,
    );
  }
  return key;
}
