/** The settings of an analyzer process: its only argument, as JSON. No secrets, because arguments are public. */
import type { RecognitionSettings } from '../protocol/analyzer.ts';
import type { Provider } from '../protocol/execution.ts';
import type { PictureLimit } from '../media/picture-size.ts';
import type { CameraPicture } from '../vision/face-detector.ts';

export interface AnalyzerSettings {
  /** Id of the model pack (its manifest is in models/), and the folder that holds the files of all packs. */
  pack: string;
  /** Id of the pack that is being replaced, while some people are known only by it; otherwise null. */
  former: string | null;
  cacheDir: string;
  /** At the start; `recognition.settings` changes them. */
  recognition: RecognitionSettings;
  /** Folder of the pack that decodes H.264; null: the decoder that comes with Muster. */
  decoderPack: string | null;
  /** The largest picture that is decoded. */
  pictureLimit: PictureLimit;
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
