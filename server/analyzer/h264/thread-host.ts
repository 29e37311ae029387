/** A decoder in a thread: WebAssembly, which cannot harm the process around it. */
import { Worker } from 'node:worker_threads';
import type { DecoderHost, DecoderHostEvents, FromDecoder, ToDecoder } from './decoder-messages.ts';

const THREAD = new URL('h264-thread.ts', import.meta.url);
/** The heap of a thread, MiB; the pictures are not in it. */
const HEAP_MB = 96;

type Picture = Extract<FromDecoder, { type: 'picture' }>;

export class ThreadHost implements DecoderHost {
  readonly #worker: Worker;
  #ended = false;

  constructor({ onMessage, onEnd }: DecoderHostEvents) {
    this.#worker = new Worker(THREAD, { argv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    const gone = (message: string) => {
      if (this.#ended) return;
      this.#ended = true;
      onEnd(message);
    };
    this.#worker.on('message', (message: FromDecoder) => {
      if (!this.#ended) onMessage(message);
    });
    this.#worker.on('error', (error) => gone(`the decoder failed: ${error.message}`));
    this.#worker.on('exit', (code) => gone(`the decoder ended (${code})`));
  }

  post(message: ToDecoder): void {
    if (!this.#ended) this.#worker.postMessage(message);
  }

  pictureOf({ data }: Picture): Uint8Array {
    if (!data) throw new TypeError('a thread shares no memory');
    return data;
  }

  end(): void {
    this.#ended = true;
    // Not asked to end: it may hang. Its sockets end with it.
    void this.#worker.terminate();
  }
}
