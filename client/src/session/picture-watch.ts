/** Looks at the pictures of a running camera once a second, before they are encoded. */
import { Observable } from './observable.ts';
import { type PictureFault, PictureJudge, type PicturePrint, printOf } from './picture-judge.ts';

/** Time between two looks, ms. */
const LOOK_EVERY = 1_000;
/** The size at which a picture is looked at: small enough to cost nothing. */
const WIDTH = 64;
const HEIGHT = 36;

export class PictureWatch {
  /** Null while it is not known yet. */
  readonly verdict = new Observable<PictureFault | 'good' | null>(null);
  readonly #track: MediaStreamTrack;
  readonly #video = document.createElement('video');
  readonly #canvas: CanvasRenderingContext2D | null;
  readonly #judge = new PictureJudge(performance.now());
  readonly #timer: ReturnType<typeof setInterval>;
  /** Looks before which a new picture had come, where the browser says so. */
  #announced = 0;
  #awaited = false;

  constructor(stream: MediaStream, track: MediaStreamTrack) {
    this.#track = track;
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.#canvas = canvas.getContext('2d', { willReadFrequently: true });
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = stream;
    // A browser may refuse to play at first. The pictures are then missing here only, until it plays.
    this.#play();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
  }

  close() {
    clearInterval(this.#timer);
    this.#video.pause();
    this.#video.srcObject = null;
  }

  #play() {
    this.#video.play().catch(() => {});
  }

  #look() {
    const now = performance.now();
    if (this.#video.paused) this.#play();
    // A hidden page gets no pictures from some browsers, and a video that does not play shows none.
    if (document.visibilityState === 'hidden' || (this.#video.paused && !this.#track.muted)) {
      this.#judge.pause(now);
      return;
    }
    this.verdict.set(
      this.#judge.judge({
        at: now,
        // Browsers paint a muted track black or not at all; both count as no picture.
        frames: this.#track.muted ? 0 : this.#frames(),
        picture: this.#track.muted ? null : this.#print(),
      }),
    );
  }

  /** Firefox counts no pictures of a camera, but announces the next one (since version 132). */
  #frames(): number {
    if (!this.#awaited && 'requestVideoFrameCallback' in this.#video) {
      this.#awaited = true;
      this.#video.requestVideoFrameCallback(() => {
        this.#awaited = false;
        this.#announced += 1;
      });
    }
    return this.#video.getVideoPlaybackQuality().totalVideoFrames + this.#announced;
  }

  #print(): PicturePrint | null {
    if (!this.#canvas || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    this.#canvas.drawImage(this.#video, 0, 0, WIDTH, HEIGHT);
    return printOf(this.#canvas.getImageData(0, 0, WIDTH, HEIGHT).data);
  }
}
