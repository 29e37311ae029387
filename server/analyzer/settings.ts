/** What an analyzer process is told when it is started: its one argument, as JSON. No secrets: arguments are public. */
import type { ChallengeWhen } from '../recognition/types.ts';
import type { Provider } from '../protocol/execution.ts';
import type { CameraPicture } from '../vision/face-detector.ts';
import type { LivenessPolicy } from '../vision/liveness-pack.ts';
import type { FalseAcceptRate } from '../vision/pack.ts';

export interface AnalyzerSettings {
  /** Model pack, a manifest in models/, and where its files are. */
  pack: string;
  /** The pack that is being left, while somebody is known by it only; null: none. */
  former: string | null;
  cacheDir: string;
  /** Which of the pack's thresholds decides. */
  far: FalseAcceptRate;
  /** What is in force; the model files are there unless it is `off`. */
  liveness: LivenessPolicy;
  /** When a sighting waits for an active challenge. */
  challenge: ChallengeWhen;
  /** Whether a sighting brings the picture of the face along; not where it is not said. */
  snapshots?: boolean;
  /** Vision threads. */
  threads: number;
  /** Benchmark only: read the number drawn into each picture. */
  timecode: boolean;
  /** What the networks are to run on, in order of preference. */
  providers: readonly Provider[];
  /** The pictures that cameras are likely to send: the networks are prepared for their sizes before the first comes. */
  pictures: readonly CameraPicture[];
  logLevel: string;
}
