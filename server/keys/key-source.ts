/** Where the master key comes from: the environment, a file that only its owner can read, or a command. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import { isCutShort } from '../files/cut-short.ts';
import { createDurably } from '../files/durable-file.ts';
import { secretOfCommand } from '../files/secret-command.ts';
import { KEY_BYTES } from '../crypto/envelope.ts';
import { MasterKey } from './master-key.ts';
import { OperatorError } from '../operator-error.ts';

export interface KeySource {
  kind: 'environment' | 'file' | 'command';
  /** The variable or the path, for messages. */
  readonly name: string;
  /** Null where the file does not exist. Throws OperatorError, which never contains the text that was read. */
  read(): Promise<MasterKey | null>;
  /** The path, where the source is a file. */
  readonly path?: string;
  /** Whether a missing file is created. */
  readonly makes?: boolean;
}

/** The source that the configuration names: one of the three variables, or the file in the data folder. */
export function keySource(config: Pick<Config, 'dataDir' | 'keys'>): KeySource {
  const { masterKey, file, command } = config.keys;
  if (masterKey !== undefined) {
    const name = 'MUSTER_MASTER_KEY';
    return { kind: 'environment', name, read: async () => new MasterKey(decodeKey(masterKey, name)) };
  }
  if (command !== undefined) {
    return { kind: 'command', name: 'MUSTER_MASTER_KEY_COMMAND', read: () => fromCommand(command) };
  }
  return fileSource(file ?? path.join(config.dataDir, 'master.key'), file === undefined);
}

export function fileSource(file: string, makes: boolean): KeySource {
  const read = async () => {
    const bytes = await readKeyFile(file);
    return bytes && new MasterKey(bytes);
  };
  return { kind: 'file', name: file, path: file, makes, read };
}

/** Null where there is no such file. */
export async function readKeyFile(file: string): Promise<Buffer | null> {
  let mode: number;
  try {
    ({ mode } = await stat(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(file, error);
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8);
    throw new OperatorError(
      `The master key ${file} can be read by others (mode ${octal}): chmod 600 ${file}`,
    );
  }
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    return decodeKey(text.trim(), file);
  } catch (error) {
    if (!isCutShort(text)) throw error;
    throw new OperatorError(
      `The master key ${file} is empty or cut short, as after a power cut or on a full disk: restore it from a backup. If this server never kept any data, delete the file, and a new key is made.`,
    );
  }
}

/** Writes a key into a new file; one of two programs that start at once wins. Returns the key that the file holds then. */
export async function writeKeyFile(file: string, key: Uint8Array = randomBytes(KEY_BYTES)): Promise<Buffer> {
  await mkdir(path.dirname(file), { recursive: true });
  await createDurably(file, `${Buffer.from(key).toString('base64')}\n`);
  const written = await readKeyFile(file);
  if (!written) throw new OperatorError(`The master key ${file} vanished while it was being made.`);
  return written;
}

/** Throws OperatorError, without the text in its message. */
function decodeKey(text: string, where: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES || key.toString('base64') !== text) {
    throw new OperatorError(
      `The master key in ${where} is not ${KEY_BYTES} bytes in base64: something else was written there. Restore it from a backup.`,
    );
  }
  return key;
}

async function fromCommand(command: readonly string[]): Promise<MasterKey> {
  const name = 'MUSTER_MASTER_KEY_COMMAND';
  return new MasterKey(decodeKey(await secretOfCommand({ command, name, thing: 'key' }), name));
}

function unreadable(file: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  return new OperatorError(`The master key ${file} cannot be read (${code}).`, { cause: error });
}
