/** A decoder in a process: native code, which may crash. The process has none of this one's secrets in its environment. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PictureLimit } from '../../media/picture-size.ts';
import { endWithParent } from '../end-with-parent.ts';
import { i420Bytes } from '../frame-slot.ts';
import {
  DECODER_LIMITS,
  type DecoderHost,
  type DecoderHostEvents,
  type FromDecoder,
  type ToDecoder,
} from './decoder-messages.ts';
import { SharedPictures } from './shared-pictures.ts';

const PROGRAM = fileURLToPath(new URL('h264-process.ts', import.meta.url));

type Picture = Extract<FromDecoder, { type: 'picture' }>;

export class ProcessHost implements DecoderHost {
  readonly #child: ChildProcess;
  readonly #shared: SharedPictures | null;
  readonly #events: DecoderHostEvents;
  #ended = false;

  /** @param pack the folder of the pack `node-av` */
  constructor(pack: string, { longer, shorter }: PictureLimit, events: DecoderHostEvents) {
    this.#events = events;
    this.#shared = SharedPictures.open(i420Bytes(longer, shorter));
    const child = fork(PROGRAM, [pack, String(this.#shared?.place ?? 0)], {
      execPath: process.execPath,
      execArgv: [],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', this.#shared?.fd ?? 'ignore'],
    });
    this.#child = child;
    endWithParent(child);
    child.on('message', (message) => this.#take(message as FromDecoder));
    child.on('error', (error) => this.#gone(`the decoder failed: ${error.message}`));
    child.on('exit', (code, signal) => this.#gone(`the decoder ended (${signal ?? code})`));
  }

  post(message: ToDecoder): void {
    // Its end is told by `exit`.
    if (!this.#ended && this.#child.connected) this.#child.send(message, () => {});
  }

  pictureOf({ place, data, width, height }: Picture): Uint8Array {
    if (data) return data;
    if (!this.#shared) throw new TypeError('no memory is shared');
    return this.#shared.read(place, i420Bytes(width, height));
  }

  end(): void {
    this.#ended = true;
    this.#shared?.close();
    // Not asked to end: it may hang.
    this.#child.kill('SIGKILL');
  }

  #take(message: FromDecoder): void {
    if (this.#ended) return;
    const fault = message.type === 'beat' ? memoryFault(message.rss ?? 0) : null;
    if (fault === null) this.#events.onMessage(message);
    else this.#gone(fault);
  }

  #gone(message: string): void {
    if (this.#ended) return;
    this.end();
    this.#events.onEnd(message);
  }
}

/** Why a process of so many bytes is ended; null while it may go on. Pure. */
export function memoryFault(rss: number): string | null {
  return rss > DECODER_LIMITS.memory ? `the decoder used ${Math.round(rss / 2 ** 20)} MiB` : null;
}
