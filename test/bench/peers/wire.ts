/** What passes between the benchmark and the process of one subject. */

/** Whom to look with, on what. Argument of the process, as JSON. */
export interface Task {
  /** A file of raw pictures, one after another, all of this size. */
  file: string;
  width: number;
  height: number;
  /** Of our own: the pack and where it lies. */
  pack?: string;
  cacheDir?: string;
  /** Least height of a face, of the picture's; for us, as the server would be told. */
  minFace: number;
}

/** Please look at these pictures, by number. */
export interface Request {
  pictures: number[];
}

export type Message =
  /** Loaded and warmed up. */
  | { type: 'ready'; backend: string }
  /** One picture: its face as a vector, or null where none was found; time for it, ms. */
  | { type: 'seen'; picture: number; vector: Float32Array | null; ms: number }
  /** All pictures of a request are done; the most memory that the process held so far, MiB. */
  | { type: 'done'; peak: number };

/** One way from pixels to a vector. */
export interface Subject {
  /** What computes. */
  backend: string;
  /** Raw pixels of one picture, as this subject asked for them, to the vector of whom it is of. */
  look(pixels: Uint8Array): Promise<Float32Array | null>;
}
