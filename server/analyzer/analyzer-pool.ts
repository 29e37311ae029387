/** All analyzers that this server uses, its own and those on other hosts: distributes cameras, keeps the galleries equal, and passes on what analyzers see. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { CameraSource } from '../media/camera-source.ts';
import type {
  AnalyzedCameraStats,
  Capture,
  DecoderFault,
  FaceDecision,
  GalleryEntry,
  Match,
  ModelContract,
  PairSighting,
  RecognitionSettings,
  Sighting,
} from '../protocol/analyzer.ts';
import type { AnalyzerFigures } from '../metrics/analyzer-metrics.ts';
import { MusterError } from '../protocol/error.ts';
import type { Place } from '../protocol/face.ts';
import type { RemovalView } from '../protocol/people.ts';
import type { Observation } from '../protocol/results.ts';
import type { Execution } from '../protocol/execution.ts';
import type { LivenessPolicy } from '../vision/liveness-pack.ts';
import type { AnalyzerChannel, AnalyzerReport } from './analyzer-channel.ts';
import { AnalyzerLink } from './analyzer-link.ts';
import { expectedPictures } from './expected-pictures.ts';
import { GuardedEmitter } from '../async/guarded-emitter.ts';
import { machineNow } from '../time/machine-clock.ts';
import { IpcChannel } from './ipc-channel.ts';
import { KeptGallery } from './kept-gallery.ts';
import { choose, type Seat, uneven } from './placement.ts';
import { PoisonWatch } from './poison.ts';
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
  /** `underWay`: time from the analyzer to this process, ms. */
  observation: [observation: Observation, underWay: number];
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
  /** What decodes a camera has failed, and is started again after a while. */
  'camera.decoder-fault': [cameraId: string, fault: DecoderFault];
  /** An analyzer is running (again) and has its gallery; its cameras are being attached. */
  up: [analyzer: string];
  down: [analyzer: string];
  /** An analyzer, which had been ready, is gone; why, in one word. */
  ended: [analyzer: string, reason: string];
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
  /** Null while there is no analyzer for it. */
  link: AnalyzerLink | null;
  /** Those that have refused it since it last had one. */
  refused: Set<AnalyzerLink>;
  /** Whether a face was in its last second. */
  face: boolean;
  /** Until it may have an analyzer again, because it has ended two of them. */
  waits: NodeJS.Timeout | null;
}

/** Time between two looks at whether the load is even, ms. One camera moves at a time. */
const EVEN_OUT = 10_000;

/**
 * A camera stays with its analyzer even when that restarts: a camera whose pictures crash an analyzer must not crash
 * the other analyzers one after another. Only where an analyzer on another host is gone, its cameras go elsewhere at once;
 * `PoisonWatch` holds back the ones that it may have died of.
 */
export class AnalyzerPool extends GuardedEmitter<AnalyzerPoolEvents> {
  readonly #log: Logger;
  readonly #links: AnalyzerLink[] = [];
  readonly #loadGallery: () => Promise<GalleryEntry[]>;
  readonly #poison = new PoisonWatch();
  readonly #evenOut: NodeJS.Timeout;
  /** Cameras that an analyzer got since it last told its load. */
  readonly #fresh = new Map<AnalyzerLink, { load: number | null; cameras: number }>();
  #recognition: RecognitionSettings;
  readonly #cameras = new Map<string, Watching>();
  /**
   * What hangs in front of each camera, as last reported. Here, because it has to outlive analyzers: a person who stands in front
   * of a door is recognized again at once when one is replaced, and a poster there is not. An entry for each device, bounded.
   */
  readonly #things = new Map<string, readonly Place[]>();
  readonly #kept = new KeptGallery();
  /** How large the gallery of each analyzer is, as last reported. */
  readonly #galleries = new Map<AnalyzerLink, AnalyzerFigures['gallery']>();
  #closing: Promise<void> | null = null;

  private constructor(options: AnalyzerPoolOptions) {
    super(options.log);
    const { config, former = null } = options;
    this.#log = options.log;
    this.#loadGallery = () => this.#kept.from(options.loadGallery, (error) => this.#reportKept(error));
    this.#recognition = recognitionSettings(config, options.liveness ?? 'off');
    for (let i = 1; i <= config.analyzer.processes; i += 1) {
      const channel = new IpcChannel({
        name: `analyzer-${i}`,
        log: options.log,
        limits: { ...options.limits, memoryLimitMb: config.analyzer.memoryLimitMb },
        settings: {
          pack: config.models.pack,
          former,
          cacheDir: config.models.cacheDir,
          recognition: this.#recognition,
          decoderPack: config.analyzer.decoderPack,
          pictureLimit: config.analyzer.pictureLimit,
          threads: config.analyzer.threads,
          providers: config.analyzer.providers,
          pictures: expectedPictures([config.analyzer.minFace, ...(options.minFaces ?? [])]),
          timecode: config.analyzer.timecode,
          logLevel: config.logLevel,
        },
      });
      this.#link(channel);
    }
    this.#evenOut = setInterval(() => this.#moveOne(), EVEN_OUT).unref();
  }

  #link(channel: AnalyzerChannel): AnalyzerLink {
    const link = new AnalyzerLink({ channel, loadGallery: this.#loadGallery, log: this.#log });
    link.on('up', () => this.#linkUp(link));
    link.on('down', () => this.#linkDown(link));
    link.on('ended', (reason) => this.emitGuarded('ended', link.name, reason));
    link.on('message', (message) => this.#receive(link, message));
    this.#links.push(link);
    return link;
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

  /** Uses an analyzer on another host from now on, whenever it is there. */
  add(channel: AnalyzerChannel): void {
    if (this.#closing) return void channel.close();
    this.#link(channel).judgeBy(this.#recognition);
  }

  /** The analyzer will not be back: it has ended, or has been gone for long. */
  async forget(name: string): Promise<void> {
    const link = this.#links.find((one) => one.remote && one.name === name);
    if (!link) return;
    this.#links.splice(this.#links.indexOf(link), 1);
    this.#fresh.delete(link);
    for (const watching of this.#cameras.values()) if (watching.link === link) this.#place(watching);
    await link.close();
  }

  /** Moves all cameras of this analyzer to others, as far as there are any: it is about to end. */
  drain(name: string): void {
    const link = this.#links.find((one) => one.remote && one.name === name);
    if (!link || !this.#links.some((one) => one !== link && one.up && !one.draining)) return;
    for (const watching of this.#cameras.values()) if (watching.link === link) this.#place(watching);
  }

  /** The gallery as it is kept for analyzers that pull it; loaded where nothing is kept yet. */
  get kept(): KeptGallery {
    return this.#kept;
  }

  /** Loads what is kept, for a server without an analyzer of its own. */
  async keep(): Promise<void> {
    if (!this.#kept.filled) await this.#loadGallery();
  }

  status(): { up: number; of: number } {
    // A server without an analyzer of its own lacks one as long as none on another host is there.
    return { up: this.#links.filter((link) => link.up).length, of: Math.max(1, this.#links.length) };
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

  /** All analyzers, whether they run or not, in figures. */
  figures(): AnalyzerFigures[] {
    return this.#links.map((link) => ({
      name: link.name,
      up: link.up,
      cameras: [...this.#cameras.values()].filter((watching) => watching.link === link).length,
      load: link.load ?? link.usage?.load ?? null,
      resident: link.usage?.resident ?? null,
      gallery: this.#galleries.get(link) ?? { people: 0, templates: 0 },
    }));
  }

  /** Watches the camera until `unwatch`, even if analyzers restart. Replaces a watched camera with the same id. */
  watch(source: CameraSource): void {
    if (this.#closing) return;
    const { cameraId } = source.options;
    this.unwatch(cameraId);
    const watching: Watching = {
      camera: new WatchedCamera({
        source,
        log: this.#log,
        send: (message) => watching.link?.send(message),
        things: () => this.#things.get(cameraId),
        onDecoderFault: (fault) => this.emitGuarded('camera.decoder-fault', cameraId, fault),
      }),
      link: null,
      refused: new Set(),
      face: false,
      waits: null,
    };
    this.#cameras.set(cameraId, watching);
    this.#place(watching);
  }

  /** From here on no event of this camera is emitted, except sightings that were made before. Ignores unknown ids. */
  unwatch(cameraId: string): void {
    const watching = this.#cameras.get(cameraId);
    if (!watching) return;
    if (watching.waits) clearTimeout(watching.waits);
    watching.camera.close();
    this.#cameras.delete(cameraId);
    this.#poison.forget(cameraId);
  }

  /** Call when the options of a camera's source have changed. Its pictures continue. Ignores unknown ids. */
  changed(cameraId: string): void {
    this.#cameras.get(cameraId)?.camera.changed();
  }

  /** Faces are judged by these settings from now on, by every analyzer, also after a restart. */
  judgeBy(settings: RecognitionSettings): void {
    this.#recognition = settings;
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
      expired: answers.filter(({ expired }) => expired).length,
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
    clearInterval(this.#evenOut);
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

  #seat(link: AnalyzerLink): Seat & { link: AnalyzerLink } {
    const { up, remote, draining, load } = link;
    const cameras = [...this.#cameras.values()].filter((watching) => watching.link === link).length;
    const fresh = this.#fresh.get(link);
    return { link, up, remote, draining, load, cameras, fresh: fresh?.load === load ? fresh.cameras : 0 };
  }

  /** Gives the camera an analyzer, where there is one, in place of the one that it has. */
  #place(watching: Watching): void {
    if (watching.waits) return;
    watching.refused.clear();
    this.#seek(watching);
  }

  #seek(watching: Watching, insist = false): void {
    const seats = this.#links
      .filter((link) => link !== watching.link && !watching.refused.has(link))
      .map((link) => this.#seat(link));
    const link = choose(seats)?.link ?? null;
    this.#give(watching, link, insist);
  }

  #give(watching: Watching, link: AnalyzerLink | null, insist = false): void {
    const { camera } = watching;
    // While it is the former one's: that one is told to release the camera.
    camera.release();
    watching.link = link;
    if (!link?.up) return;
    const { load, fresh } = this.#seat(link);
    this.#fresh.set(link, { load, cameras: fresh + 1 });
    if (link.remote) this.#poison.given(camera.id, performance.now());
    camera.attach(insist);
  }

  /** All analyzers that it could have are full: the least loaded one has to take it. */
  #refuse(watching: Watching, by: AnalyzerLink): void {
    watching.refused.add(by);
    const isLast = this.#links.every(
      (link) => watching.refused.has(link) || !link.up || (link.draining && link.remote),
    );
    if (isLast) watching.refused.clear();
    watching.camera.release();
    watching.link = null;
    this.#seek(watching, isLast);
  }

  #moveOne(): void {
    const move = uneven(this.#links.map((link) => this.#seat(link)));
    if (!move) return;
    const idle = [...this.#cameras.values()].find(
      ({ link, face, camera }) => link === move.from.link && camera.live && !face,
    );
    if (!idle) return;
    this.#log.info(
      {
        event: 'camera.moved',
        cameraId: idle.camera.id,
        from: move.from.link.name,
        to: move.to.link.name,
      },
      'a camera moves to a less loaded analyzer',
    );
    this.#give(idle, move.to.link);
  }

  #linkUp(link: AnalyzerLink): void {
    for (const watching of this.#cameras.values()) {
      if (watching.link === link) watching.camera.attach();
      else if (!watching.waits && !watching.link?.up && (link.remote || watching.link === null)) {
        this.#place(watching);
      }
    }
    this.emitGuarded('up', link.name);
  }

  #linkDown(link: AnalyzerLink): void {
    this.#galleries.delete(link);
    const now = performance.now();
    for (const watching of this.#cameras.values()) {
      if (watching.link !== link) continue;
      watching.camera.detach();
      if (link.remote) this.#flee(watching, this.#poison.died(watching.camera.id, now));
    }
    this.emitGuarded('down', link.name);
  }

  /** The camera's analyzer is gone. @param wait ms; 0: it gets another one at once */
  #flee(watching: Watching, wait: number): void {
    if (wait === 0) return this.#place(watching);
    watching.link = null;
    this.#log.error(
      { event: 'camera.ends-analyzers', cameraId: watching.camera.id, wait },
      'analyzers ended soon after they got this camera: it waits before another one gets it',
    );
    watching.waits = setTimeout(() => {
      watching.waits = null;
      this.#place(watching);
    }, wait).unref();
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
      case 'watch.failed': {
        const watching = this.#cameras.get(message.cameraId);
        if (!watching || watching.link !== link) break;
        const elsewhere = message.type === 'watch.failed' && message.again === 'elsewhere';
        if (elsewhere && watching.camera.attempt === message.attempt) this.#refuse(watching, link);
        else watching.camera.receive(message);
        break;
      }
      case 'observation':
        if (this.#camera(link, message.observation.camera)) {
          const underWay = message.sent === undefined ? 0 : machineNow() - message.sent;
          this.emitGuarded('observation', message.observation, underWay);
        }
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
        const watching = this.#cameras.get(message.stats.cameraId);
        if (!watching || watching.link !== link) break;
        watching.face = message.stats.faces > 0;
        if (message.stats.fpsIn > 0) watching.camera.flowing();
        this.emitGuarded('camera.stats', message.stats, link.name);
        break;
      }
      case 'camera.things':
        if (this.#camera(link, message.cameraId)) this.#things.set(message.cameraId, message.things);
        break;
      case 'gallery.size':
        this.#galleries.set(link, { people: message.people, templates: message.templates });
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
