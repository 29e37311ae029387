/** Looks for a badge in the picture of a camera. */
import { codeOfBadge } from '../person/badge-text.ts';
import { reportUnexpected } from '../../session/client-error.ts';

/** Time between two searches, ms: people hold a badge still for longer. */
const PERIOD = 160;
/** A picture is scaled down to this before the search, pixels: a code fills a good part of it. */
const LONGEST_SIDE = 720;

export class BadgeReader {
  readonly #video: HTMLVideoElement;
  readonly #onCode: (code: string) => void;
  /** Whether the camera mirrors its picture: a mirrored code is none. */
  mirrored = false;
  #run: AbortController | null = null;

  constructor(video: HTMLVideoElement, onCode: (code: string) => void) {
    this.#video = video;
    this.#onCode = onCode;
  }

  /** Runs until `stop`; a badge that stays in the picture is reported again and again. */
  start(): void {
    if (this.#run) return;
    this.#run = new AbortController();
    this.#look(this.#run.signal).catch(reportUnexpected);
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
  }

  async #look(signal: AbortSignal) {
    // Loaded at the first use: most stations never need it.
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
        context.setTransform(this.mirrored ? -1 : 1, 0, 0, 1, this.mirrored ? canvas.width : 0, 0);
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
    // No code in this picture, or only a part of one.
    return null;
  }
}
