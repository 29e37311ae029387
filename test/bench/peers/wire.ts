/** The messages between the benchmark and the process of one subject. */

/** The task of a subject, passed to its process as a JSON argument. */
export interface Task {
  /** A file with the raw pixels of all pictures, one after another. All pictures have the same size. */
  file: string;
  width: number;
  height: number;
  /** Only for Muster's packs: the pack and its folder. */
  pack?: string;
  cacheDir?: string;
  /** Smallest height of a face, as a fraction of the picture's height. For Muster's packs, the setting of the server. */
  minFace: number;
}

/** A request to process the pictures with these numbers. */
export interface Request {
  pictures: number[];
}

export type Message =
  /** The subject is loaded and warmed up. */
  | { type: 'ready'; backend: string }
  /** One picture: its face as a vector, or null where no face was found, and the time for it, ms. */
  | { type: 'seen'; picture: number; vector: Float32Array | null; ms: number }
  /** All pictures of a request are processed. `peak`: the most memory that the process has used so far, MiB. */
  | { type: 'done'; peak: number };

/** A library or pack that turns pixels into a vector. */
export interface Subject {
  /** The backend that it computes with. */
  backend: string;
  /** Returns the vector of the person in one picture, which has the pixel layout that this subject needs. */
  look(pixels: Uint8Array): Promise<Float32Array | null>;
}
