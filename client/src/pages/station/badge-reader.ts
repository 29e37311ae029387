/** Looks for a badge in what a camera shows. */
import { codeOfBadge } from '../person/badge-text.ts';

/** Between two looks, ms: a badge is held still for longer. */
const PERIOD = 160;
/** A picture is made smaller than this before it is searched, pixels: a code fills a good part of it. */
const LONGEST_SIDE = 720;

export class BadgeReader {
  readonly #video: HTMLVideoElement;
  readonly #onCode: (code: string) => void;
  #run: AbortController | null = null;

  constructor(video: HTMLVideoElement, onCode: (code: string) => void) {
    this.#video = video;
    this.#onCode = onCode;
  }

  /** Until `stop`; a badge that is held up is told of again and again. */
  start(): void {
    if (this.#run) return;
    this.#run = new AbortController();
    this.#look(this.#run.signal).catch(() => {});
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
  }

  async #look(signal: AbortSignal) {
    // Loaded when somebody first holds up a badge: most stations never need it.
    const { default: decodeQR } = await import('qr/decode.js');
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    while (!signal.aborted) {
      const { videoWidth: width, videoHeight: height } = this.#video;
      if (width > 0 && height > 0) {
        const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
        context.drawImage(this.#video, 0, 0, canvas.width, canvas.height);
        const code = read(decodeQR, context.getImageData(0, 0, canvas.width, canvas.height));
        if (code !== null && !signal.aborted) this.#onCode(code);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, PERIOD);
      });
    }
  }
}

function read(decodeQR: (image: ImageData) => string, image: ImageData): string | null {
  try {
    return codeOfBadge(decodeQR(image));
  } catch {
    // No code in this picture, or not all of it.
    return null;
  }
}
