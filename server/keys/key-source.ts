/** Where the master key comes from: the environment, a file that only its owner can read, or a command. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import { isCutShort } from '../files/cut-short.ts';
import { createDurably } from '../files/durable-file.ts';
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

/** Longest wait for a key service, ms: the operator may have to touch a hardware token. */
const COMMAND_TIMEOUT = 30_000;
/** Longest output that is read, bytes. A key has 44. */
const COMMAND_OUTPUT = 4096;
/** How much of the error output of a failed command is shown, characters. */
const COMPLAINT = 200;

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

/**
 * Runs the command without a shell. Its standard output is the key, and appears in no message. The end of its error output
 * does, because the operator could not fix the fault otherwise.
 */
async function fromCommand(command: readonly string[]): Promise<MasterKey> {
  const name = 'MUSTER_MASTER_KEY_COMMAND';
  const [program = '', ...args] = command;
  const options = { timeout: COMMAND_TIMEOUT, maxBuffer: COMMAND_OUTPUT, windowsHide: true };
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = stderr.trim().slice(-COMPLAINT).replaceAll(/\s+/g, ' ');
      // The message of this error would repeat the whole command and its output.
      reject(
        new OperatorError(
          `The command of ${name} (${program}) ${failure(error)}${said === '' ? '.' : `: ${said}`}`,
        ),
      );
    });
    child.stdin?.end();
  });
  return new MasterKey(decodeKey(output.trim(), name));
}

function failure(error: Error & { code?: unknown; killed?: boolean; signal?: unknown }): string {
  if (error.code === 'ENOENT') return 'is not found';
  if (error.code === 'EACCES') return 'may not be run';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'writes more than a key';
  if (error.killed) return `gives no key within ${COMMAND_TIMEOUT / 1000} s`;
  return typeof error.code === 'number'
    ? `fails (exit code ${error.code})`
    : `ends by ${String(error.signal)}`;
}

function unreadable(file: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  return new OperatorError(`The master key ${file} cannot be read (${code}).`, { cause: error });
}
