/** The settings of an analyzer process: its only argument, as JSON. No secrets, because arguments are public. */
import type { ChallengeWhen } from '../recognition/types.ts';
import type { Provider } from '../protocol/execution.ts';
import type { CameraPicture } from '../vision/face-detector.ts';
import type { LivenessPolicy } from '../vision/liveness-pack.ts';
import type { FalseAcceptRate } from '../vision/pack.ts';

export interface AnalyzerSettings {
  /** Id of the model pack (its manifest is in models/), and the folder that holds the files of all packs. */
  pack: string;
  /** Id of the pack that is being replaced, while some people are known only by it; otherwise null. */
  former: string | null;
  cacheDir: string;
  /** False accept rate whose threshold decides. */
  far: FalseAcceptRate;
  /** The liveness policy in force. Unless it is `off`, the model files are present. */
  liveness: LivenessPolicy;
  /** When a sighting has to wait for an active challenge. */
  challenge: ChallengeWhen;
  /** Whether a sighting carries a picture of the face. Default false. */
  snapshots?: boolean;
  /** Number of vision threads. */
  threads: number;
  /** For benchmarks: read the number drawn into each picture. */
  timecode: boolean;
  /** Execution providers for the networks, in order of preference. */
  providers: readonly Provider[];
  /** Picture sizes that cameras are likely to send. The networks are prepared for them before the first picture. */
  pictures: readonly CameraPicture[];
  logLevel: string;
}
