/** The models of one pack, opened for one thread: each vision thread has one engine. */
import { OperatorError } from '../operator-error.ts';
import type { Execution, Provider } from '../protocol/execution.ts';
import { alignmentMap } from './align.ts';
import { FaceDetector } from './face-detector.ts';
import type { CameraPicture } from './face-detector.ts';
import { checkFrame } from './i420.ts';
import { LandmarkMarker } from './landmark-marker.ts';
import { packFile } from './pack.ts';
import type { ModelPack } from './pack.ts';
import { estimatePose } from './pose.ts';
import { onFirstProvider } from './providers.ts';
import { JUDGED_SIZE, JUDGED_TEMPLATE, judgeQuality } from './quality.ts';
import { Recognizer } from './recognizer.ts';
import type { SessionOptions } from './session.ts';
import type { Detection, FaceEngine, I420Frame } from './types.ts';
import { FaceCropper } from './warp.ts';

export interface EngineOptions {
  /** Threads inside one inference. Default 1: run more engines in more worker threads instead. */
  threads?: number;
  /** onnxruntime execution providers in order of preference. Default `['cpu']`. */
  providers?: readonly Provider[];
  /** Picture sizes to prepare for. Default: 640×480. */
  pictures?: readonly CameraPicture[];
}

/** Most faces per picture for the recognizer at check-in: each number of faces is an input shape of its own. */
const WARM_BATCHES = 3;

/**
 * Opens the pack's sessions on the first provider that works, and runs each once at every expected size, so that the
 * first frame takes no longer than the others. Create one engine per thread: it is not re-entrant.
 * @param cacheDir the folder that holds a folder per pack
 * @throws OperatorError if a file does not match the manifest
 * @throws Error if a file is missing or does not load
 */
export async function createEngine(
  pack: ModelPack,
  cacheDir: string,
  options: EngineOptions = {},
): Promise<FaceEngine> {
  const {
    threads = 1,
    providers = ['cpu'],
    pictures = [{ width: 640, height: 480, minFace: 0.1 }],
  } = options;
  const { opened, execution } = await onFirstProvider({ threads, providers }, async (session) => {
    const engine = await OnnxEngine.open(pack, cacheDir, session);
    try {
      await engine.warmUp(pictures);
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  });
  opened.execution = execution;
  return opened;
}

const LUMA = { channels: 'gray', mean: [0], scale: 1 } as const;

class OnnxEngine implements FaceEngine {
  readonly contract: string;
  readonly embeddingLength: number;
  execution: Execution = { provider: 'cpu', onCpu: 1, refused: [] };
  readonly #detector: FaceDetector;
  readonly #marker: LandmarkMarker | null;
  readonly #recognizer: Recognizer;
  readonly #cropper = new FaceCropper(JUDGED_SIZE, JUDGED_SIZE);
  readonly #luma = new Float32Array(JUDGED_SIZE * JUDGED_SIZE);
  #closed: Promise<void> | undefined;

  private constructor(
    pack: ModelPack,
    detector: FaceDetector,
    marker: LandmarkMarker | null,
    recognizer: Recognizer,
  ) {
    this.contract = pack.contract;
    this.embeddingLength = pack.embeddingLength;
    this.#detector = detector;
    this.#marker = marker;
    this.#recognizer = recognizer;
  }

  static async open(pack: ModelPack, cacheDir: string, options: SessionOptions): Promise<OnnxEngine> {
    const at = (file: ModelPack['files'][number]) => packFile(pack, file, cacheDir);
    const opened: { close(): Promise<void> }[] = [];
    try {
      const detector = await FaceDetector.open(pack.detector, at(pack.detector), options);
      opened.push(detector);
      let marker: LandmarkMarker | null = null;
      if (pack.landmarks) {
        marker = await LandmarkMarker.open(pack.landmarks, at(pack.landmarks), options);
        opened.push(marker);
      } else if (!detector.landmarks) {
        throw new OperatorError(
          `Pack "${pack.id}" needs a landmarks file in its manifest, because its detector returns no landmarks.`,
        );
      }
      const recognizer = await Recognizer.open(pack.recognizer, at(pack.recognizer), options);
      return new OnnxEngine(pack, detector, marker, recognizer);
    } catch (error) {
      for (const part of opened.reverse()) await part.close();
      throw error;
    }
  }

  async warmUp(pictures: readonly CameraPicture[]): Promise<void> {
    await this.#detector.warmUp(pictures);
    const frame = { data: new Uint8Array(640 * 480 * 1.5).fill(128), width: 640, height: 480 };
    const box = { x: 200, y: 120, width: 200, height: 240 };
    await this.#marker?.mark(frame, box);
    const landmarks = JUDGED_TEMPLATE.map((v) => 200 + 2 * v);
    for (let faces = 1; faces <= WARM_BATCHES; faces++) {
      const batch = Array.from({ length: faces }, () => ({ landmarks }));
      await this.#recognizer.embed(frame, batch);
    }
    this.judge(frame, { ...box, score: 1, landmarks });
  }

  async detect(frame: I420Frame, minFace: number): Promise<Detection[]> {
    checkFrame(frame);
    const detections: Detection[] = [];
    for (const face of await this.#detector.detect(frame, minFace)) {
      const marked = face.landmarks ? { landmarks: face.landmarks } : await this.#marker!.mark(frame, face);
      detections.push({ ...face, ...marked });
    }
    return detections;
  }

  judge(frame: I420Frame, face: Detection) {
    const { pose, misfit } = estimatePose(face.landmarks);
    this.#cropper.crop(frame, alignmentMap(face.landmarks, JUDGED_TEMPLATE), LUMA, this.#luma);
    return { quality: judgeQuality(this.#luma, JUDGED_SIZE, face.landmarks, pose, misfit), pose };
  }

  async embed(frame: I420Frame, faces: readonly Detection[]): Promise<Float32Array[]> {
    checkFrame(frame);
    return this.#recognizer.embed(frame, faces);
  }

  async close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#recognizer.close();
      await this.#marker?.close();
      await this.#detector.close();
    })();
    return this.#closed;
  }
}
