/** The whole way of one picture in one hop: everything a vision thread does, with its models and gallery passed in. */
import type { Capture, CapturedFace, Match, Sighting } from '../protocol/analyzer.ts';
import type { Box, Landmarks, Pose, Quality } from '../protocol/face.ts';
import type { ObservedFace, Observation } from '../protocol/results.ts';
import { gateState, isComparable, isWitnessed, pass } from '../recognition/challenge-gate.ts';
import { chooseForEmbedding, weigh } from '../recognition/evidence.ts';
import { failedChallenges } from '../recognition/failed-challenges.ts';
import { evidenceQuality, faceState } from '../recognition/face-state.ts';
import { judgeLiveness } from '../recognition/liveness.ts';
import { mergeMatches } from '../recognition/merge-matches.ts';
import { planarMotion } from '../recognition/planar-motion.ts';
import { advance } from '../recognition/tracker.ts';
import type {
  CameraTracks,
  EvidencePolicy,
  EvidenceSighting,
  Track,
  TrackPolicy,
} from '../recognition/types.ts';
import { readTimecode } from '../vision/timecode.ts';
import type { Detection, FaceEngine, I420Frame } from '../vision/types.ts';

/**
 * Embeddings of one check-in picture, at most. Each costs as much as two or three detections, so a crowd delays a
 * picture by this many, not by its size; the longest-waiting faces come first, and everybody has a turn.
 */
export const EMBEDDING_BUDGET = 3;

/** Faces of one enrollment picture that are judged, at most: more than one is refused anyway. */
const CAPTURE_FACES = 8;

/** Matches asked for a face: the best person and the runner-up. */
const MATCHES = 2;

export interface FrameJob {
  cameraId: string;
  frame: number;
  /** Epoch ms at which the picture arrived. */
  at: number;
  /** Ms that it lay in the slot. */
  wait: number;
  /** Smallest face looked at, as a fraction of the picture's height. */
  minFace: number;
  readTimecode: boolean;
  /** Somebody is known by the former model pack only: each face is embedded by both. Absent: nobody. */
  former?: boolean;
}

export interface CheckInJob extends FrameJob {
  purpose: 'check-in';
  tracks: CameraTracks;
  trackPolicy: TrackPolicy;
  evidencePolicy: EvidencePolicy;
  /** Unique for ever: names this watch of the camera in the ids of its sightings, since track ids start over with it. */
  run: string;
}

export interface EnrollmentJob extends FrameJob {
  purpose: 'enrollment';
}

export interface FrameParts {
  engine: FaceEngine;
  /** Best per person, most similar first, for each embedding. */
  search: (embeddings: readonly Float32Array[], limit: number) => Promise<Match[][]> | Match[][];
  /** Of the model pack being left; asked only for jobs that say so. */
  former?: FormerParts | null;
  /** Tells people from pictures of them; absent where nobody asks. */
  liveness?: { live(picture: I420Frame, faces: readonly Detection[]): Promise<number[]> } | null;
  /** An integer from 0 to n − 1 of a cryptographic source: what challenges are drawn by. */
  random: (n: number) => number;
  /** The face of a sighting as a picture file; absent where no evidence is kept: then none is ever made. */
  crop?: ((picture: I420Frame, face: Detection) => Uint8Array) | null;
  /** Monotonic ms; only differences are used. */
  now: () => number;
}

/** What recognizes people whose templates are of the former model pack; it takes faces as the pack in use finds them. */
export interface FormerParts {
  embed(picture: I420Frame, faces: readonly Detection[]): Promise<Float32Array[]>;
  /** As `FrameParts.search` in a gallery of its own, on the scale of the pack in use. */
  search(embeddings: readonly Float32Array[], limit: number): Match[][];
}

export interface CheckInResult {
  purpose: 'check-in';
  observation: Observation;
  sightings: Sighting[];
  tracks: CameraTracks;
}

export interface EnrollmentResult {
  purpose: 'enrollment';
  capture: Capture;
}

/** Detect → track → judge → choose → embed → search → weigh. Rejects where the models do. */
export async function analyzeCheckIn(
  picture: I420Frame,
  job: CheckInJob,
  { engine, search, former, liveness, random, crop, now }: FrameParts,
): Promise<CheckInResult> {
  const start = now();
  const detections = await engine.detect(picture, job.minFace);
  const detected = now();

  const { state, seen } = advance(job.tracks, detections, job.at, job.trackPolicy);
  const failed = failedChallenges(job.tracks, state, job.at);
  const judged = seen.map((track) => {
    const { quality, pose } = engine.judge(picture, track.face);
    const evident = isComparable(track, pose);
    const turned = isWitnessed(track) ? 1 : 0;
    const worth = evident ? evidenceQuality(quality, pose, job.evidencePolicy) : turned;
    return { track, pose, evident, measures: quality, quality: worth };
  });
  const chosen = chooseForEmbedding(judged, job.at, job.evidencePolicy, EMBEDDING_BUDGET);
  const tracked = now();

  const due = chosen.map(({ face }) => face);
  const asked = due.length > 0 && job.former ? former : null;
  const embeddings = due.length === 0 ? [] : await engine.embed(picture, due);
  const formerEmbeddings = (await asked?.embed(picture, due)) ?? [];
  const live = due.length === 0 ? undefined : await liveness?.live(picture, due);
  const embedded = now();
  const current = due.length === 0 ? [] : await search(embeddings, MATCHES);
  const matches = mergeMatches(current, asked?.search(formerEmbeddings, MATCHES) ?? [], MATCHES);
  const searched = now();

  const sightings: Sighting[] = [];
  const similarity = new Map<number, number>();
  const weighed = new Map<number, Track>();
  for (const face of judged) {
    const turn = chosen.indexOf(face.track);
    const found = turn === -1 ? null : (matches[turn] ?? []);
    let { track } = face;
    let sighting: EvidenceSighting | null = null;
    if (found?.[0]) similarity.set(track.id, found[0].similarity);
    if (found && face.evident) {
      const word = weigh(
        track.evidence,
        {
          at: job.at,
          quality: face.quality,
          matches: found,
          live: live?.[turn] ?? null,
          planar: planarMotion(face.track.motion),
        },
        job.evidencePolicy,
      );
      track = { ...track, evidence: word.evidence };
      sighting = word.sighting;
    }
    const passed = pass(
      track,
      {
        at: job.at,
        pose: face.pose,
        matches: found,
        sighting,
        failed: failed.find(({ personId }) => personId === sighting?.personId)?.challenge,
      },
      job.evidencePolicy,
      random,
    );
    weighed.set(track.id, passed.track);
    if (passed.sighting) {
      const id = `${job.run}/${job.cameraId}/${track.id}/${passed.sighting.personId}`;
      const { cameraId, at } = job;
      const evidence = crop && { crop: crop(picture, track.face) };
      sightings.push({ id, cameraId, track: track.id, at, ...passed.sighting, ...evidence });
    }
  }
  const through = new Set(sightings.map(({ personId }) => personId));
  const tracks = {
    ...state,
    tracks: state.tracks.map((track) => weighed.get(track.id) ?? track),
    failed: failed.filter(({ personId }) => !through.has(personId)),
  };
  const faces = judged.map((face) =>
    observed(
      weighed.get(face.track.id) ?? face.track,
      face.measures,
      face.pose,
      similarity.get(face.track.id),
      picture,
      job.evidencePolicy,
    ),
  );
  return {
    purpose: 'check-in',
    sightings,
    tracks,
    observation: {
      type: 'observation',
      camera: job.cameraId,
      frame: job.frame,
      width: picture.width,
      height: picture.height,
      faces,
      timings: {
        wait: hundredths(job.wait),
        detect: hundredths(detected - start),
        track: hundredths(tracked - detected),
        embed: hundredths(embedded - tracked),
        search: hundredths(searched - embedded),
        total: hundredths(job.wait + now() - start),
      },
      ...(job.readTimecode && { timecode: readTimecode(picture) }),
    },
  };
}

/** Detect → judge the largest faces → embed the largest of all. Rejects where the models do. */
export async function analyzeEnrollment(
  picture: I420Frame,
  job: EnrollmentJob,
  { engine, former }: Pick<FrameParts, 'engine' | 'former'>,
): Promise<EnrollmentResult> {
  const detections = await engine.detect(picture, job.minFace);
  const largest = detections
    .toSorted((a, b) => b.width * b.height - a.width * a.height)
    .slice(0, CAPTURE_FACES);
  const [first] = largest;
  const [embedding] = first ? await engine.embed(picture, [first]) : [];
  const [formerEmbedding] = first && job.former && former ? await former.embed(picture, [first]) : [];
  const faces = largest.map((face): CapturedFace => {
    const { quality, pose } = engine.judge(picture, face);
    return { box: boxOf(face, picture), landmarks: landmarksOf(face, picture), pose, quality };
  });
  // Copies: a view into a larger buffer would be cloned whole on its way to the server.
  if (faces[0] && embedding) faces[0].embedding = embedding.slice();
  if (faces[0] && formerEmbedding) faces[0].formerEmbedding = formerEmbedding.slice();
  return {
    purpose: 'enrollment',
    capture: {
      cameraId: job.cameraId,
      frame: job.frame,
      at: job.at,
      width: picture.width,
      height: picture.height,
      faces,
    },
  };
}

function observed(
  track: Track,
  quality: Quality,
  pose: Pose,
  similarity: number | undefined,
  picture: I420Frame,
  policy: EvidencePolicy,
): ObservedFace {
  const { id, face, evidence } = track;
  const gate = gateState(track, track.at);
  const state = gate?.state ?? faceState(evidence, quality, pose, policy);
  const known = state === 'recognized' && evidence.personId !== null;
  const shown = similarity ?? (known ? evidence.similarity : undefined);
  const live = known && policy.liveness !== 'off' ? judgeLiveness(evidence.liveness, policy).score : null;
  return {
    track: id,
    box: boxOf(face, picture),
    landmarks: landmarksOf(face, picture),
    state,
    ...(known && evidence.personId !== null && { personId: evidence.personId }),
    ...(shown !== undefined && { similarity: shown }),
    ...(gate?.challenge && { challenge: gate.challenge }),
    ...(live !== null && { live: Math.round(live * 100) / 100 }),
  };
}

/** Steps of 1/10 000 of the picture: finer than any pixel drawn, and a third of the JSON. */
const fraction = (pixels: number, size: number) => Math.round((pixels / size) * 10_000) / 10_000;

const hundredths = (ms: number) => Math.round(ms * 100) / 100;

function boxOf({ x, y, width, height }: Detection, picture: I420Frame): Box {
  return [
    fraction(x, picture.width),
    fraction(y, picture.height),
    fraction(width, picture.width),
    fraction(height, picture.height),
  ];
}

function landmarksOf({ landmarks }: Detection, picture: I420Frame): Landmarks {
  const point = (i: number) =>
    [
      fraction(landmarks[2 * i] ?? 0, picture.width),
      fraction(landmarks[2 * i + 1] ?? 0, picture.height),
    ] as const;
  return [point(0), point(1), point(2), point(3), point(4)];
}
