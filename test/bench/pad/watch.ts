/** What a station makes of somebody, or of something, before its camera: the frames go straight into the analysis of the product. */
import { analyzeCheckIn, type FrameParts } from '../../../server/analyzer/analyze-frame.ts';
import type { ChallengeInstruction } from '../../../server/protocol/results.ts';
import { GalleryReader, SharedGallery } from '../../../server/recognition/gallery.ts';
import { trackPolicy } from '../../../server/recognition/policy.ts';
import { emptyTracks } from '../../../server/recognition/tracker.ts';
import type { EvidencePolicy } from '../../../server/recognition/types.ts';
import type { I420Frame } from '../../../server/vision/types.ts';
import { RATE } from '../depth/presentations.ts';
import type { Random } from '../depth/random.ts';

/**
 * Returns the next picture of the camera, or null when it is over.
 * @param asked what the station asks for, if it does
 * @param ms since the first picture; Infinity when nobody looks any more
 */
export type Scene = (asked: ChallengeInstruction | undefined, ms: number) => Promise<I420Frame | null>;

export interface Shown {
  /** When the first picture with a name came that the station would book, s after the first one; null if none did. */
  passed: number | null;
  /** It was booked, but photo detection marked it. */
  isMarked: boolean;
  /** A movement was asked for. */
  isAsked: boolean;
  /** The person was found in the gallery, whatever followed. */
  isKnown: boolean;
  /** Photo detection said that it is a picture. */
  isRefused: boolean;
}

/** @param enrolled the templates of the only person in the gallery */
export async function watch(
  scene: Scene,
  {
    enrolled,
    policy,
    engine,
    liveness,
    random,
  }: {
    enrolled: readonly Float32Array[];
    policy: EvidencePolicy;
    random: Random;
  } & Pick<FrameParts, 'engine' | 'liveness'>,
): Promise<Shown> {
  const gallery = SharedGallery.create({ length: enrolled[0]!.length, capacity: 16 });
  gallery.upsert({ personId: 'known', embeddings: [...enrolled] });
  const reader = new GalleryReader(gallery.share());
  const parts: FrameParts = {
    engine,
    ...(liveness && { liveness }),
    search: (embeddings, limit) => reader.search(embeddings, limit),
    random: (n) => Math.floor(random() * n),
    now: () => performance.now(),
  };
  const shown: Shown = { passed: null, isMarked: false, isAsked: false, isKnown: false, isRefused: false };
  let tracks = emptyTracks();
  let asked: ChallengeInstruction | undefined;
  for (let frame = 0; ; frame += 1) {
    const ms = (frame * 1_000) / RATE;
    const picture = await scene(asked, ms);
    if (!picture) return shown;
    const result = await analyzeCheckIn(
      picture,
      {
        purpose: 'check-in',
        cameraId: 'door',
        frame,
        at: 1_000 + ms,
        wait: 0,
        minFace: 0.08,
        readTimecode: false,
        tracks,
        trackPolicy: trackPolicy(RATE),
        evidencePolicy: policy,
        run: 'pad',
      },
      parts,
    );
    ({ tracks } = result);
    const { faces } = result.observation;
    asked = faces.find(({ challenge }) => challenge)?.challenge?.act;
    shown.isAsked ||= asked !== undefined && asked !== 'look-straight';
    shown.isRefused ||= faces.some(({ state }) => state === 'not-live');
    shown.isKnown ||= asked !== undefined || faces.some(({ personId }) => personId !== undefined);
    const [sighting] = result.sightings;
    if (!sighting) continue;
    await scene(undefined, Infinity);
    const isMarked = (sighting.live ?? 1) < policy.live.threshold;
    return { ...shown, passed: ms / 1_000, isKnown: true, isMarked };
  }
}
