/** Compares recognition after a browser's encoder and the media worker with recognition on the unencoded pictures. */
import { similarity } from '../../../server/enrollment/template.ts';
import type { I420Frame } from '../../../server/vision/types.ts';
import { type BenchRow, quantile } from '../report.ts';
import { embedPhotographs } from './embed-photographs.ts';
import { film, FILM } from './film.ts';
import { filesOf, type OpenSet } from './lfw-mini.ts';
import { openSetRows, openSetScores, type Subject } from './measure.ts';
import { readPhotographs } from './photographs.ts';
import type { Progress } from './progress.ts';

/** Three versions of the same pictures, in the order of `files`. */
export interface VideoPictures {
  set: OpenSet;
  files: string[];
  /** The pictures that were passed to the encoder. */
  still: I420Frame[];
  /** The first frame after the cut from another picture, and the last before the next cut. */
  first: I420Frame[];
  last: I420Frame[];
}

/** @throws Error if some pictures did not arrive */
export async function filmOpenSet(set: OpenSet, progress: Progress): Promise<VideoPictures> {
  const files = filesOf(set);
  const pictures: I420Frame[] = [];
  for await (const photograph of readPhotographs(files)) pictures.push(placed(photograph));
  const filmed = await film(pictures, (done) => progress.count('video', done, files.length));
  const lost = filmed.filter((each) => each === undefined).length;
  if (lost > 0) throw new Error(`${lost} of ${files.length} pictures did not arrive`);
  const arrived = filmed.filter((each) => each !== undefined);
  return {
    set,
    files,
    still: pictures.map((picture) => middle(picture)),
    first: arrived.map(({ first }) => first),
    last: arrived.map(({ last }) => last),
  };
}

export async function measureVideo(pictures: VideoPictures, subject: Subject): Promise<BenchRow[]> {
  const { set, files } = pictures;
  const { engine, pack, far, minFace } = subject;
  const embed = async (frames: readonly I420Frame[]) =>
    (await embedPhotographs(engine, files, each(frames), minFace)).embeddings;
  const still = await embed(pictures.still);
  const last = await embed(pictures.last);
  // Only probes are taken from the first frame after a cut: an enrollment waits for good pictures.
  const first = new Map([...last, ...only(probesOf(set), await embed(pictures.first))]);
  const rows: BenchRow[] = [];
  for (const [what, embeddings] of [
    ['no video', still],
    ['video, settled', last],
    ['video, after a cut', first],
  ] as const) {
    const name = `${pack.id}, ${what}`;
    const alike = probesOf(set).flatMap((file) => {
      const [a, b] = [still.get(file), embeddings.get(file)];
      return a && b ? [similarity(a, b)] : [];
    });
    rows.push(...openSetRows(name, openSetScores(set, embeddings), pack, set.people.length, far), {
      case: name,
      metric: 'like its still',
      value: quantile(alike, 0.5),
      unit: 'cosine',
      digits: 3,
    });
  }
  return rows;
}

function probesOf({ people, strangers }: OpenSet): string[] {
  return [...people.flatMap(({ probe }) => probe), ...strangers];
}

function only<V>(keys: readonly string[], map: ReadonlyMap<string, V>): [string, V][] {
  return keys.map((key) => [key, map.get(key)!]);
}

async function* each(frames: readonly I420Frame[]): AsyncGenerator<I420Frame, void> {
  yield* frames;
}

/** The photograph, unscaled, in the middle of a gray picture of the size that `film` needs. All sizes must be even. */
function placed(photograph: I420Frame): I420Frame {
  const width = FILM.width + 2 * FILM.sway;
  const height = FILM.height + 2 * FILM.sway;
  const picture = { data: new Uint8Array(width * height * 1.5).fill(128), width, height };
  const x = even((width - photograph.width) / 2);
  const y = even((height - photograph.height) / 2);
  if (x < 0 || y < 0) throw new Error(`A photograph is larger than ${FILM.width}×${FILM.height}`);
  copyPlanes(photograph, 0, 0, picture, x, y, photograph.width, photograph.height);
  return picture;
}

/** The picture without the margin for the sway. */
function middle(picture: I420Frame): I420Frame {
  const { width, height, sway } = FILM;
  const cut = { data: new Uint8Array(width * height * 1.5), width, height };
  copyPlanes(picture, sway, sway, cut, 0, 0, width, height);
  return cut;
}

function even(v: number): number {
  return Math.floor(v / 2) * 2;
}

function copyPlanes(
  from: I420Frame,
  fromX: number,
  fromY: number,
  to: I420Frame,
  toX: number,
  toY: number,
  width: number,
  height: number,
): void {
  const [sources, targets] = [planesOf(from), planesOf(to)];
  for (const [plane, by] of [1, 2, 2].entries()) {
    for (let y = 0; y < height / by; y += 1) {
      const source = sources[plane]! + ((fromY / by + y) * from.width) / by + fromX / by;
      const target = targets[plane]! + ((toY / by + y) * to.width) / by + toX / by;
      to.data.set(from.data.subarray(source, source + width / by), target);
    }
  }
}

/** The offsets of the three planes of a picture of even size. */
function planesOf({ width, height }: I420Frame): number[] {
  const luma = width * height;
  return [0, luma, luma * 1.25];
}
