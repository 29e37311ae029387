/**
 * An analyzer without its connections: it receives cameras, keeps the latest picture of each, hands the pictures to vision
 * threads in fair turns, and reports what was seen to the server that the camera is of.
 */
import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { SerialQueue } from '../async/serial.ts';
import type {
  AnalyzerToServer,
  DecoderFault,
  GalleryCommand,
  RecognitionSettings,
  ServerToAnalyzer,
} from '../protocol/analyzer.ts';
import type { Execution } from '../protocol/execution.ts';
import { evidencePolicy } from '../recognition/policy.ts';
import type { EvidencePolicy } from '../recognition/types.ts';
import { steadyNow } from '../time/steady-clock.ts';
import { loadPack, type ModelPack } from '../vision/pack.ts';
import type { CheckInResult, EnrollmentResult } from './analyze-frame.ts';
import { AnalyzerGallery } from './analyzer-gallery.ts';
import { CameraSession } from './camera-session.ts';
import { FrameLoop } from './frame-loop.ts';
import { needsDecoderPack, openPictureSource } from './open-picture-source.ts';
import type { PictureSource } from './picture-source.ts';
import { Scheduler } from './scheduler.ts';
import { SightingOutbox } from './sighting-outbox.ts';
import type { AnalyzerSettings } from './settings.ts';
import { Standstill } from './standstill.ts';
import type { FaceChecks } from './vision-messages.ts';
import { VisionPool } from './vision-pool.ts';
import { withoutRemoved } from './without-removed.ts';

/** Time between two `camera.stats` of a camera, ms. */
const STATS_INTERVAL = 1_000;
/** Pictures that waited in this process for longer cannot be dated, ms; as `LATE` of the server's tap. */
const STANDSTILL = 1_000;

type Of<T extends ServerToAnalyzer['type']> = Extract<ServerToAnalyzer, { type: T }>;

export interface AnalyzerOptions {
  settings: AnalyzerSettings;
  /** To the server of this name. It may be gone: then the message is lost. */
  send(message: AnalyzerToServer, server: string): void;
  /** What the wall clock of that server shows, epoch ms, at a reading of this process's steady clock. */
  timeAt(server: string, steady: number): number;
  /** The process has to end: the networks cannot be kept running. */
  onFatal: (message: string) => void;
  /** Asked before each camera: why it is refused, unless all others are full too; null where there is room. */
  full?: () => string | null;
  log: Logger;
}

interface Watched {
  server: string;
  attempt: number;
  session: CameraSession;
  consumer: PictureSource | null;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export class Analyzer {
  readonly pack: ModelPack;
  readonly former: ModelPack | null;
  readonly gallery: AnalyzerGallery;
  readonly #options: AnalyzerOptions;
  readonly #log: Logger;
  readonly #cameras = new Map<string, Watched>();
  readonly #scheduler = new Scheduler();
  readonly #faults = new RepeatedFaults();
  readonly #outbox: SightingOutbox;
  /** The server that each waiting sighting is for. */
  readonly #addressees = new Map<string, string>();
  readonly #standstill: Standstill;
  readonly #stats: NodeJS.Timeout;
  /** One change after another: where the photo detection is turned on, its networks are loaded before it decides. */
  readonly #recognitionChanges = new SerialQueue();
  #vision!: VisionPool;
  #loop!: FrameLoop;
  /** Ms that vision threads have worked since the last `takeBusy`. */
  #busy = 0;
  #statsAt = performance.now();

  private constructor(options: AnalyzerOptions, pack: ModelPack, former: ModelPack | null) {
    const { settings, log } = options;
    this.#options = options;
    this.#log = log;
    this.pack = pack;
    this.former = former;
    this.gallery = new AnalyzerGallery({ pack, former, policy: this.#policyOf(settings.recognition), log });
    this.#outbox = new SightingOutbox({
      send: (sighting) => {
        const server = this.#addressees.get(sighting.id);
        if (server !== undefined) options.send({ type: 'sighting', sighting }, server);
      },
      onFull: ({ id }) => {
        this.#addressees.delete(id);
        log.error({ event: 'sighting.refused', sightingId: id }, 'the server takes no more sightings');
      },
    });
    // What waited in our sockets is of no known time: every camera is received anew, which begins with a picture of now.
    this.#standstill = new Standstill({ limit: STANDSTILL, onStill: (still) => this.#stoodStill(still) });
    this.#stats = setInterval(() => this.#report(), STATS_INTERVAL);
  }

  /** Loads the models. Rejects with a sentence that says what is missing. */
  static async open(options: AnalyzerOptions): Promise<Analyzer> {
    const { settings, log } = options;
    const pack = await loadPack(settings.pack);
    const former = settings.former === null ? null : await loadPack(settings.former);
    const analyzer = new Analyzer(options, pack, former);
    try {
      const vision = await VisionPool.open({
        threads: settings.threads,
        data: {
          pack: settings.pack,
          former: settings.former,
          cacheDir: settings.cacheDir,
          checks: checksOf(settings.recognition),
          providers: settings.providers,
          pictures: settings.pictures,
          galleries: analyzer.gallery.shares,
        },
        log,
        onIdle: () => analyzer.#loop?.serve(),
        onFatal: options.onFatal,
      });
      analyzer.#begin(vision);
      return analyzer;
    } catch (error) {
      analyzer.#stop();
      throw new Error(`the models of pack "${settings.pack}" do not load: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  #begin(vision: VisionPool): void {
    this.#vision = vision;
    this.gallery.onShared = (shares) => vision.share(shares);
    const analyze: VisionPool['analyze'] = async (...job) => {
      const from = performance.now();
      try {
        return await vision.analyze(...job);
      } finally {
        this.#busy += performance.now() - from;
      }
    };
    this.#loop = new FrameLoop({
      cameras: this.#cameras,
      scheduler: this.#scheduler,
      vision: {
        get idle() {
          return vision.idle;
        },
        analyze,
      },
      onResult: (result) => this.#seen(result),
      onFault: (cameraId, error) => this.#pictureFault(cameraId, error),
    });
  }

  get execution(): Execution {
    return this.#vision.execution;
  }

  get threads(): number {
    return this.#vision.threads;
  }

  get cameras(): number {
    return this.#cameras.size;
  }

  /** Sightings that no server has confirmed. */
  get waiting(): number {
    return this.#outbox.size;
  }

  /** Ms that the vision threads have worked since the last call. */
  takeBusy(): number {
    const busy = this.#busy;
    this.#busy = 0;
    return busy;
  }

  /** The server is out of reach: its cameras are no longer watched. What it has to be told waits. */
  leave(server: string): void {
    for (const [cameraId, watched] of this.#cameras) if (watched.server === server) this.#unwatch(cameraId);
  }

  async follow(message: ServerToAnalyzer, server: string): Promise<void> {
    const send = (answer: AnalyzerToServer) => this.#options.send(answer, server);
    switch (message.type) {
      case 'watch':
        return this.#watch(message, server);
      case 'consume':
        return this.#consume(message, server);
      case 'unwatch':
        if (this.#cameras.get(message.cameraId)?.server === server) this.#unwatch(message.cameraId);
        return;
      case 'watch.settings':
        return this.#changeWatch(message, server);
      case 'recognition.settings':
        return this.#changeRecognition(message);
      case 'gallery.clear':
      case 'gallery.add':
      case 'gallery.remove': {
        if (this.changeGallery(message)) send({ type: 'gallery.size', ...this.gallery.size });
        return;
      }
      case 'gallery.search': {
        const { request, contract, embeddings, limit } = message;
        const matches = this.gallery.searchMean(contract, embeddings, limit);
        return send({ type: 'gallery.matches', request, matches });
      }
      case 'gallery.confirm': {
        const { request, personId } = message;
        const threads = await this.#vision.settled();
        return send({ type: 'gallery.confirmed', request, removed: !this.gallery.has(personId), threads });
      }
      case 'sighting.safe':
        return this.confirm(message.ids);
      case 'ping':
        return send({
          type: 'pong',
          at: message.at,
          rss: process.memoryUsage.rss(),
          load: this.#vision.takeLoad(),
        });
      case 'close':
        // For whoever started the process.
        return;
    }
  }

  /** These sightings are safe: they are not reported again. */
  confirm(ids: readonly string[]): void {
    this.#outbox.confirm(ids);
    for (const id of ids) this.#addressees.delete(id);
  }

  /**
   * Applies the command, then corrects the tracks of all cameras: faces in view may have gained or lost a name. Returns whether
   * anything changed.
   */
  changeGallery(command: GalleryCommand): boolean {
    const change = this.gallery.follow(command);
    if (!change) return false;
    for (const { session } of this.#cameras.values()) session.change(change);
    return true;
  }

  /**
   * Closes the cameras first: libwebrtc aborts in a process that exits while it is receiving, and crashes in a process that
   * has received video and then ends because its event loop is empty. So call `exit` afterwards.
   */
  async close(): Promise<void> {
    this.#stop();
    for (const cameraId of this.#cameras.keys()) this.#unwatch(cameraId);
    await this.#vision.close();
  }

  #stop(): void {
    clearInterval(this.#stats);
    this.#standstill.close();
    this.#outbox.close();
  }

  #policyOf({ far, liveness, challenge }: RecognitionSettings): EvidencePolicy {
    return evidencePolicy(this.pack.thresholds, far, liveness, challenge);
  }

  /** Logs a fault of single pictures once an hour, whatever the frame rate. */
  #pictureFault(cameraId: string, error: unknown): void {
    const reason = messageOf(error);
    if (!this.#faults.isNew(reason)) return;
    this.#log.error(
      { event: 'picture.failed', cameraId, reason },
      'a picture could not be analyzed (logged once an hour)',
    );
  }

  /** Sends what one picture showed. A person removed while the picture was being analyzed is left out. */
  #seen(result: CheckInResult | EnrollmentResult): void {
    const cameraId = result.purpose === 'enrollment' ? result.capture.cameraId : result.observation.camera;
    const server = this.#cameras.get(cameraId)?.server;
    if (server === undefined) return;
    const send = (message: AnalyzerToServer) => this.#options.send(message, server);
    if (result.purpose === 'enrollment') return send({ type: 'capture', capture: result.capture });
    if (result.unexplained !== undefined && this.#faults.isNew(result.unexplained)) {
      this.#log.error(
        { event: 'decision.unexplained', reason: result.unexplained },
        'a decision could not be explained (logged once an hour)',
      );
    }
    const { observation, sightings, pairs, decisions } = withoutRemoved(result, (personId) =>
      this.gallery.has(personId),
    );
    const dated = <T extends { at: number }>(one: T): T => ({
      ...one,
      at: this.#options.timeAt(server, one.at),
    });
    // First, so that the server may have made it safe by the time of the next picture, and can name the face.
    for (const sighting of sightings) {
      this.#addressees.set(sighting.id, server);
      this.#outbox.add(dated(sighting));
    }
    for (const sighting of pairs) send({ type: 'sighting.pair', sighting: dated(sighting) });
    for (const decision of decisions) send({ type: 'decision', decision: dated(decision) });
    send({ type: 'observation', observation });
  }

  async #watch(
    { attempt, options, mimeType, things, insist, transport, routerRtpCapabilities }: Of<'watch'>,
    server: string,
  ): Promise<void> {
    const { cameraId } = options;
    const send = (message: AnalyzerToServer) => this.#options.send(message, server);
    this.#unwatch(cameraId);
    const full = insist ? null : (this.#options.full?.() ?? this.#lacking(mimeType, routerRtpCapabilities));
    if (full !== null) {
      return send({ type: 'watch.failed', attempt, cameraId, message: full, again: 'elsewhere' });
    }
    const session = new CameraSession({
      watch: options,
      evidencePolicy: () => this.gallery.policy,
      formerNeeded: () => this.gallery.formerNeeded,
      readTimecode: this.#options.settings.timecode,
      things,
    });
    const watched: Watched = { server, attempt, session, consumer: null };
    this.#cameras.set(cameraId, watched);
    this.#scheduler.add(cameraId, options.rate);
    const lost = (message: string, fault?: DecoderFault) => {
      if (this.#cameras.get(cameraId) !== watched) return;
      this.#unwatch(cameraId);
      send({ type: 'watch.failed', attempt, cameraId, message, ...(fault && { fault }) });
    };
    try {
      const consumer = await openPictureSource(mimeType, {
        transport,
        routerRtpCapabilities,
        decoderPack: this.#options.settings.decoderPack,
        pictureLimit: this.#options.settings.pictureLimit,
        onConnect: (dtlsParameters) => send({ type: 'connect', attempt, cameraId, dtlsParameters }),
        onPicture: (picture, rotation) => {
          if (this.#standstill.look()) return;
          const now = performance.now();
          try {
            session.picture(picture, steadyNow(), now, rotation);
          } catch (error) {
            this.#pictureFault(cameraId, error);
            return;
          }
          if (this.#scheduler.arrived(cameraId, now)) this.#loop.serve();
        },
        onLost: lost,
      });
      if (this.#cameras.get(cameraId) !== watched) {
        consumer.close();
        return;
      }
      watched.consumer = consumer;
      send({ type: 'watching', attempt, cameraId, rtpCapabilities: consumer.rtpCapabilities });
    } catch (error) {
      lost(messageOf(error));
    }
  }

  /** Why another analyzer should decode this camera; null if this one can. */
  #lacking(mimeType: string, capabilities: ms.RtpCapabilities): string | null {
    const { decoderPack } = this.#options.settings;
    if (decoderPack !== null || !needsDecoderPack(mimeType, capabilities)) return null;
    return 'this analyzer lacks the decoders that the server has: npm run codecs -- install node-av';
  }

  /** The camera, if it is watched for this server in this attempt. */
  #attemptOf(cameraId: string, attempt: number, server: string): Watched | null {
    const watched = this.#cameras.get(cameraId);
    return watched?.attempt === attempt && watched.server === server ? watched : null;
  }

  async #consume({ attempt, cameraId, consumer }: Of<'consume'>, server: string): Promise<void> {
    const watched = this.#attemptOf(cameraId, attempt, server);
    if (!watched?.consumer) return;
    try {
      await watched.consumer.consume(consumer);
      if (this.#cameras.get(cameraId) === watched) {
        this.#options.send({ type: 'consuming', attempt, cameraId }, server);
      }
    } catch (error) {
      if (this.#cameras.get(cameraId) !== watched) return;
      this.#unwatch(cameraId);
      const message = messageOf(error);
      this.#options.send({ type: 'watch.failed', attempt, cameraId, message }, server);
    }
  }

  #changeWatch({ attempt, cameraId, settings: now }: Of<'watch.settings'>, server: string): void {
    const watched = this.#attemptOf(cameraId, attempt, server);
    if (!watched) return;
    watched.session.set(now);
    if (now.rate !== undefined) this.#scheduler.change(cameraId, now.rate);
  }

  #unwatch(cameraId: string): void {
    const watched = this.#cameras.get(cameraId);
    if (!watched) return;
    this.#cameras.delete(cameraId);
    this.#scheduler.remove(cameraId);
    watched.consumer?.close();
    this.#vision.forget(cameraId);
  }

  #changeRecognition({ settings: next }: Of<'recognition.settings'>): Promise<void> {
    return this.#recognitionChanges.run(async () => {
      await this.#vision.check(checksOf(next));
      this.gallery.judgeBy(this.#policyOf(next));
      this.#log.info({ event: 'recognition.changed', ...next }, 'faces are judged by other settings');
    });
  }

  #stoodStill(still: number): void {
    this.#log.warn(
      { event: 'analyzer.stood-still', still: Math.round(still) },
      'the analyzer did not run for a while',
    );
    for (const [cameraId, { attempt, server }] of this.#cameras) {
      this.#unwatch(cameraId);
      const message = `the analyzer stood still for ${Math.round(still)} ms`;
      this.#options.send({ type: 'watch.failed', attempt, cameraId, message, again: 'at-once' }, server);
    }
  }

  #report(): void {
    const now = performance.now();
    for (const [cameraId, { session, server }] of this.#cameras) {
      this.#options.send({ type: 'camera.stats', stats: session.stats(now - this.#statsAt) }, server);
      const things = session.changedThings();
      if (things) this.#options.send({ type: 'camera.things', cameraId, things }, server);
    }
    this.#statsAt = now;
  }
}

function checksOf({ liveness, snapshots }: RecognitionSettings): FaceChecks {
  return { liveness: liveness !== 'off', snapshots };
}
