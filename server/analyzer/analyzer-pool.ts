/** All analyzers of this server: distributes cameras, keeps the galleries equal, and passes on what analyzers see. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { CameraSource } from '../media/camera-source.ts';
import type {
  AnalyzedCameraStats,
  Capture,
  FaceDecision,
  GalleryEntry,
  Match,
  ModelContract,
  PairSighting,
  RecognitionSettings,
  Sighting,
} from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { Place } from '../protocol/face.ts';
import type { RemovalView } from '../protocol/people.ts';
import type { Observation } from '../protocol/results.ts';
import type { Execution } from '../protocol/execution.ts';
import type { LivenessPolicy } from '../vision/liveness-pack.ts';
import { AnalyzerLink, type AnalyzerReport } from './analyzer-link.ts';
import { expectedPictures } from './expected-pictures.ts';
import { GuardedEmitter } from '../async/guarded-emitter.ts';
import { KeptGallery } from './kept-gallery.ts';
import type { SupervisionLimits } from './supervised-process.ts';
import { WatchedCamera } from './watched-camera.ts';

export interface AnalyzerPoolOptions {
  config: Pick<Config, 'analyzer' | 'models' | 'logLevel'>;
  /** Id of the pack that is being replaced, while some people are known only by it. Default: none. */
  former?: string | null;
  /** The liveness policy in force. Default `off`. */
  liveness?: LivenessPolicy;
  /** Smallest face of cameras with a setting of their own, in addition to the configured one (fractions of the height). */
  minFaces?: readonly number[];
  log: Logger;
  /** Loads every person who can be recognized. Called whenever an analyzer starts. */
  loadGallery: () => Promise<GalleryEntry[]>;
  /** For tests; the memory limit always comes from the configuration. */
  limits?: Partial<SupervisionLimits>;
}

export interface AnalyzerPoolEvents {
  observation: [observation: Observation];
  /**
   * Call `safe` when it is in the database or in the journal; until then the analyzer repeats it. It comes also where the
   * camera is no longer watched: it was made before.
   */
  sighting: [sighting: Sighting, safe: () => void];
  /** One of two look-alikes: nothing is booked before the person has said which. */
  'sighting.pair': [sighting: PairSighting];
  /** Why a face was not let in. */
  decision: [decision: FaceDecision];
  capture: [capture: Capture];
  /** Once a second for each watched camera whose analyzer is running. */
  'camera.stats': [stats: AnalyzedCameraStats, analyzer: string];
  /** An analyzer is running (again) and has its gallery; its cameras are being attached. */
  up: [analyzer: string];
  down: [analyzer: string];
}

export interface RunningAnalyzer {
  name: string;
  pid: number;
  /** What its networks run on. */
  execution: Execution;
  /** Ids of the cameras it is assigned to watch. */
  cameras: string[];
}

interface Watching {
  camera: WatchedCamera;
  link: AnalyzerLink;
}

/**
 * A camera stays with its analyzer even when that restarts: a camera whose pictures crash an analyzer must not crash
 * the other analyzers one after another.
 */
export class AnalyzerPool extends GuardedEmitter<AnalyzerPoolEvents> {
  readonly #log: Logger;
  readonly #links: AnalyzerLink[];
  readonly #cameras = new Map<string, Watching>();
  /**
   * What hangs in front of each camera, as last reported. Here, because it has to outlive analyzers: a person who stands in front
   * of a door is recognized again at once when one is replaced, and a poster there is not. An entry for each device, bounded.
   */
  readonly #things = new Map<string, readonly Place[]>();
  readonly #kept = new KeptGallery();
  #closing: Promise<void> | null = null;

  private constructor(options: AnalyzerPoolOptions) {
    super(options.log);
    const { config, former = null } = options;
    this.#log = options.log;
    const loadGallery = () => this.#kept.from(options.loadGallery, (error) => this.#reportKept(error));
    this.#links = Array.from(
      { length: config.analyzer.processes },
      (_, i) =>
        new AnalyzerLink({
          name: `analyzer-${i + 1}`,
          loadGallery,
          log: options.log,
          limits: { ...options.limits, memoryLimitMb: config.analyzer.memoryLimitMb },
          settings: {
            pack: config.models.pack,
            former,
            cacheDir: config.models.cacheDir,
            recognition: recognitionSettings(config, options.liveness ?? 'off'),
            threads: config.analyzer.threads,
            providers: config.analyzer.providers,
            pictures: expectedPictures([config.analyzer.minFace, ...(options.minFaces ?? [])]),
            timecode: config.analyzer.timecode,
            logLevel: config.logLevel,
          },
        }),
    );
    for (const link of this.#links) {
      link.on('up', () => this.#linkUp(link));
      link.on('down', () => this.#linkDown(link));
      link.on('message', (message) => this.#receive(link, message));
    }
  }

  /** Resolves when every analyzer is running and has the gallery. Throws if one does not start. */
  static async create(options: AnalyzerPoolOptions): Promise<AnalyzerPool> {
    const pool = new AnalyzerPool(options);
    try {
      await Promise.all(pool.#links.map((link) => link.start()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  status(): { up: number; of: number } {
    return { up: this.#links.filter((link) => link.up).length, of: this.#links.length };
  }

  /** The running analyzers, each with its assigned cameras. */
  list(): RunningAnalyzer[] {
    return this.#links.flatMap((link) => {
      const { name, pid, execution } = link;
      if (pid === undefined || execution === null) return [];
      const cameras = [...this.#cameras].filter(([, watching]) => watching.link === link).map(([id]) => id);
      return { name, pid, execution, cameras };
    });
  }

  /** Watches the camera until `unwatch`, even if analyzers restart. Replaces a watched camera with the same id. */
  watch(source: CameraSource): void {
    if (this.#closing) return;
    const { cameraId } = source.options;
    this.unwatch(cameraId);
    const link = this.#leastLoaded();
    const camera = new WatchedCamera({
      source,
      log: this.#log,
      send: (message) => link.send(message),
      things: () => this.#things.get(cameraId),
    });
    this.#cameras.set(cameraId, { camera, link });
    if (link.up) camera.attach();
  }

  /** From here on no event of this camera is emitted, except sightings that were made before. Ignores unknown ids. */
  unwatch(cameraId: string): void {
    this.#cameras.get(cameraId)?.camera.close();
    this.#cameras.delete(cameraId);
  }

  /** Call when the options of a camera's source have changed. Its pictures continue. Ignores unknown ids. */
  changed(cameraId: string): void {
    this.#cameras.get(cameraId)?.camera.changed();
  }

  /** Faces are judged by these settings from now on, by every analyzer, also after a restart. */
  judgeBy(settings: RecognitionSettings): void {
    for (const link of this.#links) link.judgeBy(settings);
  }

  /**
   * A person's templates are new: every camera can recognize the person as soon as the message arrives. Returns whether the
   * person was not in the gallery before.
   */
  upsert(entry: GalleryEntry): boolean {
    const isNew = !this.#kept.has(entry.personId);
    this.#kept.upsert(entry);
    for (const link of this.#links) link.upsert(entry);
    return isNew;
  }

  remove(personId: string): void {
    this.#kept.remove(personId);
    for (const link of this.#links) link.remove(personId);
  }

  /** Call after `remove`. Resolves when every analyzer has dropped the person, or the time is up. Never rejects. */
  async confirmRemoval(personId: string): Promise<RemovalView> {
    const answers = await Promise.all(this.#links.map((link) => link.confirmRemoval(personId)));
    return {
      analyzers: answers.filter(({ removed }) => removed).length,
      threads: answers.reduce((sum, { threads }) => sum + threads, 0),
      everywhere: answers.every(({ removed }) => removed),
    };
  }

  /**
   * Best matches for the mean direction of the embeddings, one per person, most similar first. Searches the people known
   * by this contract; similarities are on the scale of the pack in use.
   * @param embeddings L2-normalized, of this contract
   * @throws MusterError `analyzer-unavailable` if no analyzer answers in time
   */
  async searchMean(contract: ModelContract, embeddings: Float32Array[], limit: number): Promise<Match[]> {
    const link = this.#links.find((l) => l.up);
    if (!link) {
      throw new MusterError(
        'analyzer-unavailable',
        'No analyzer is running at the moment. Try again in a few seconds.',
      );
    }
    return link.searchMean(contract, embeddings, limit);
  }

  /** Idempotent. No process is left when it resolves. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    for (const cameraId of this.#cameras.keys()) this.unwatch(cameraId);
    await Promise.all(this.#links.map((link) => link.close()));
    this.removeAllListeners();
  }

  #reportKept(error: unknown): void {
    this.#log.warn(
      { event: 'gallery.kept', err: error },
      'the gallery cannot be loaded: the analyzer gets it as it was last sent',
    );
  }

  /** By number of cameras; a running analyzer comes before one that is down. */
  #leastLoaded(): AnalyzerLink {
    const load = (link: AnalyzerLink) =>
      [...this.#cameras.values()].filter((w) => w.link === link).length + (link.up ? 0 : 1_000_000);
    return this.#links.reduce((best, link) => (load(link) < load(best) ? link : best));
  }

  #linkUp(link: AnalyzerLink): void {
    for (const watching of this.#cameras.values()) if (watching.link === link) watching.camera.attach();
    this.emitGuarded('up', link.name);
  }

  #linkDown(link: AnalyzerLink): void {
    for (const watching of this.#cameras.values()) if (watching.link === link) watching.camera.detach();
    this.emitGuarded('down', link.name);
  }

  /** The camera, if this analyzer is the one that watches it. */
  #camera(link: AnalyzerLink, cameraId: string): WatchedCamera | undefined {
    const watching = this.#cameras.get(cameraId);
    return watching?.link === link ? watching.camera : undefined;
  }

  #receive(link: AnalyzerLink, message: AnalyzerReport): void {
    switch (message.type) {
      case 'watching':
      case 'connect':
      case 'consuming':
      case 'watch.failed':
        this.#camera(link, message.cameraId)?.receive(message);
        break;
      case 'observation':
        if (this.#camera(link, message.observation.camera))
          this.emitGuarded('observation', message.observation);
        break;
      case 'sighting':
        this.emitGuarded('sighting', message.sighting, () =>
          link.send({ type: 'sighting.safe', ids: [message.sighting.id] }),
        );
        break;
      case 'sighting.pair':
        if (this.#camera(link, message.sighting.cameraId)) {
          this.emitGuarded('sighting.pair', message.sighting);
        }
        break;
      case 'decision':
        if (this.#camera(link, message.decision.cameraId)) this.emitGuarded('decision', message.decision);
        break;
      case 'capture':
        if (this.#camera(link, message.capture.cameraId)) this.emitGuarded('capture', message.capture);
        break;
      case 'camera.stats': {
        const camera = this.#camera(link, message.stats.cameraId);
        if (!camera) break;
        if (message.stats.fpsIn > 0) camera.flowing();
        this.emitGuarded('camera.stats', message.stats, link.name);
        break;
      }
      case 'camera.things':
        if (this.#camera(link, message.cameraId)) this.#things.set(message.cameraId, message.things);
        break;
      case 'gallery.size':
        this.#log.debug({ event: 'gallery.changed', analyzer: link.name, ...message }, 'gallery changed');
        break;
      case 'gallery.matches':
      case 'gallery.confirmed':
        break;
    }
  }
}

/** @param liveness the policy in force */
export function recognitionSettings(
  { models, analyzer }: Pick<Config, 'models' | 'analyzer'>,
  liveness: LivenessPolicy,
): RecognitionSettings {
  return { far: models.far, liveness, challenge: models.challenge, snapshots: analyzer.snapshots };
}
