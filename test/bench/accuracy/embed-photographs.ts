/** Turns photographs into embeddings with the product's code, in the same steps as a vision thread. */
import type { Detection, FaceEngine, I420Frame } from '../../../server/vision/types.ts';
import { quantile } from '../report.ts';

export interface Embedded {
  /** Embeddings by name of the picture; null where no face was found. */
  embeddings: Map<string, Float32Array | null>;
  /** Median time to detect, align and embed a face, over the pictures with a face, ms. */
  msPerFace: number;
}

/**
 * One picture after another on this thread.
 * @param minFace least height of a face, of the picture's height
 * @param done hears how many are done
 */
export async function embedPhotographs(
  engine: FaceEngine,
  names: readonly string[],
  pictures: AsyncIterable<I420Frame>,
  minFace: number,
  done: (count: number) => void = () => {},
): Promise<Embedded> {
  const embeddings = new Map<string, Float32Array | null>();
  const times: number[] = [];
  for await (const picture of pictures) {
    const start = performance.now();
    const face = portrayed(await engine.detect(picture, minFace), picture);
    const [embedding = null] = face ? await engine.embed(picture, [face]) : [];
    if (face) times.push(performance.now() - start);
    embeddings.set(names[embeddings.size]!, embedding);
    done(embeddings.size);
  }
  return { embeddings, msPerFace: quantile(times, 0.5) };
}

/**
 * Whom a photograph of LFW is of: it was cut about that face. The largest face over the middle of the picture;
 * where there is none, the one that is nearest to it.
 */
export function portrayed<Face extends Pick<Detection, 'x' | 'y' | 'width' | 'height'>>(
  faces: readonly Face[],
  picture: { width: number; height: number },
): Face | undefined {
  const [mx, my] = [picture.width / 2, picture.height / 2];
  const over = faces.filter(({ x, y, width, height }) => {
    return x <= mx && mx <= x + width && y <= my && my <= y + height;
  });
  const worth = (face: Face) =>
    over.length > 0
      ? face.width * face.height
      : -Math.hypot(face.x + face.width / 2 - mx, face.y + face.height / 2 - my);
  const rest = over.length > 0 ? over : faces;
  return rest.toSorted((a, b) => worth(b) - worth(a))[0];
}
