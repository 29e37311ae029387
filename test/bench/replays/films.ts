/** Films of a man who completes a challenge, as what the models say of each of their pictures, and challenges that watch them. */
import path from 'node:path';
import type { ChallengeAct } from '#protocol/results.ts';
import { enrollmentPolicy } from '../../../server/enrollment/policy.ts';
import {
  answer,
  type Challenge,
  type ChallengePolicy,
  type ChallengeSample,
  drawChallenge,
  instruction,
} from '../../../server/recognition/challenge.ts';
import { defaultChallengePolicy } from '../../../server/recognition/policy.ts';
import { createEngine } from '../../../server/vision/engine.ts';
import { nosePlace } from '../../../server/vision/nose-place.ts';
import { loadPack } from '../../../server/vision/pack.ts';
import { readFrames } from '../../fixtures/frames.ts';
import { Obedient, OBEDIENT } from '../../fixtures/obedient.ts';
import { clips } from '../../fixtures/pictures.ts';

/** Pictures of the clip, and analyzed pictures of a challenge, per second. */
const FPS = 20;
const ANALYZED = 10;

/** One picture. */
export type Look = Pick<ChallengeSample, 'pose' | 'nose'>;

export type Random = (n: number) => number;

/** The challenges that the product asks for: of whoever is in doubt, and of those who capture their own face. */
export async function rulesInForce(): Promise<Record<'station' | 'self-enrollment', ChallengePolicy>> {
  const { thresholds } = await loadPack('faceplugin');
  const own = enrollmentPolicy({ thresholds, far: '1e-4', requiredBins: 3, timeout: 60_000, asks: true });
  return { station: defaultChallengePolicy, 'self-enrollment': own.proof.challenge! };
}

/** Each picture of the clip goes through the models once. */
export async function readLooks(): Promise<Look[]> {
  const engine = await createEngine(await loadPack('faceplugin'), path.resolve('models/cache'));
  try {
    const looks: Look[] = [];
    const { clip, from, to } = OBEDIENT;
    const size = { width: 640, height: 480, from, to, fps: FPS };
    for await (const picture of readFrames(clips[clip].file, size)) {
      const [face] = await engine.detect(picture, 0.1);
      looks.push({ pose: engine.judge(picture, face!).pose, nose: nosePlace(face!.landmarks) });
    }
    return looks;
  } finally {
    await engine.close();
  }
}

/** A challenge as it is drawn, without the eyes: the man of the clip never closes his. */
export function drawn(rule: ChallengePolicy, random: Random): Challenge {
  return drawChallenge(0, { random, eyes: false }, rule);
}

/** The movements of a challenge, in their order. */
export function seriesOf({ steps }: Challenge): ChallengeAct[] {
  return steps.map(({ act }) => act);
}

/** Whether a film of one series, run over and over, shows the other one somewhere. */
export function contains(filmed: Challenge, asked: Challenge): boolean {
  const series = seriesOf(filmed);
  return [...series, ...series].join().includes(seriesOf(asked).join());
}

/** The man does what is asked. Returns how the challenge ended, and the film of it. */
export function obey(
  challenge: Challenge,
  rule: ChallengePolicy,
  looks: readonly Look[],
): { state: Challenge['state']; film: Look[] } {
  const person = new Obedient(OBEDIENT);
  const lookAt = (moment: number) =>
    looks[Math.min(looks.length - 1, Math.max(0, Math.round((moment - OBEDIENT.from) * FPS)))]!;
  return play(challenge, rule, (n, now) => lookAt(person.moment((n * 1_000) / ANALYZED, instruction(now))));
}

/**
 * How a film is run. `once`: it stands still at its end. `loop`: it begins again. `swing`: it runs back, and begins again.
 */
export type Running = 'once' | 'loop' | 'swing';

/** Runs a film before a challenge. @param late the picture to begin with */
export function replay(
  challenge: Challenge,
  rule: ChallengePolicy,
  film: readonly Look[],
  { running, late }: { running: Running; late: number },
): Challenge['state'] {
  const reel = running === 'swing' ? [...film, ...film.toReversed()] : film;
  const place = (n: number) => (running === 'once' ? Math.min(reel.length - 1, n) : n % reel.length);
  return play(challenge, rule, (n) => reel[place(late + n)]!).state;
}

function play(
  asked: Challenge,
  rule: ChallengePolicy,
  shown: (n: number, challenge: Challenge) => Look,
): { state: Challenge['state']; film: Look[] } {
  let challenge = asked;
  const film: Look[] = [];
  for (let n = 0; challenge.state === 'running'; n += 1) {
    const look = shown(n, challenge);
    film.push(look);
    const at = (n * 1_000) / ANALYZED;
    challenge = answer(challenge, { at, ...look, eyes: null, same: true, doubtful: false }, rule);
  }
  return { state: challenge.state, film };
}
