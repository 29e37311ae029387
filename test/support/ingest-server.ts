/** What of the server takes pictures in, recognizes who is in them and punches, in this process; senders are in others. */
import { pino } from 'pino';
import { loadConfig } from '../../config/config.ts';
import { AnalyzerPool } from '../../server/analyzer/analyzer-pool.ts';
import { WhipSessions } from '../../server/ingest/whip-sessions.ts';
import { MediaServer } from '../../server/media/media-server.ts';
import { Network } from '../../server/network/network.ts';
import { RtspCameras } from '../../server/rtsp/rtsp-cameras.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import type { EncoderView } from '#protocol/devices.ts';
import type { Observation } from '#protocol/results.ts';
import { clips } from '../fixtures/pictures.ts';
import { type DataServices, openDataServices } from './data-services.ts';
import { embeddingsOf } from './face-templates.ts';
import { mediaWorkerBin } from './media-worker.ts';
import { childrenOf } from './processes.ts';
import { RestServer, type Browser } from './rest-server.ts';
import { usage } from '../bench/process-usage.ts';

/** Percent of a core. */
export interface Load {
  server: number;
  media: number;
  analyzer: number;
  /** What fetches an IP camera. */
  fetcher: number;
}

export interface IngestServerOptions {
  /** Pictures that are analyzed in a second. */
  rate: number;
  /** Of an empty database; default: one of its own. */
  url?: string;
}

export interface IngestListeners {
  onObservation?: (observation: Observation) => void;
  onSighting?: (sighting: Sighting) => void;
}

const log = pino({ level: 'fatal' });

export class IngestServer {
  readonly services: DataServices;
  readonly media: MediaServer;
  /** Whom `clips.franck` shows. */
  readonly person: string;
  readonly #network: Network;
  readonly #sessions: WhipSessions;
  readonly #rest: RestServer;
  readonly #staff: Browser;
  readonly #embeddings: Float32Array[];
  readonly #rate: number;

  static async open({ rate, url }: IngestServerOptions): Promise<IngestServer> {
    const services = await openDataServices({ ...(url !== undefined && { url }), log });
    const network = new Network({ log });
    const media = await MediaServer.create({
      config: {
        workers: 1,
        port: 0,
        listen: ['127.0.0.1'],
        announce: undefined,
        workerBin: mediaWorkerBin(),
      },
      analysis: { rate, minFace: 0.1 },
      network,
      log,
    });
    const sessions = new WhipSessions({ media, log });
    services.devices.on('device.revoked', ({ deviceId }) => sessions.endOf(deviceId));
    const rest = await RestServer.start(services, { whip: sessions });
    const staff = await rest.staff();
    const { models } = loadConfig({ MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'] });
    const engine = await createEngine(await loadPack(models.pack), models.cacheDir);
    const embeddings = await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 });
    await engine.close();
    const { id: person } = await services.addConsentedPerson();
    return new IngestServer({ services, network, media, sessions, rest, staff, person, embeddings, rate });
  }

  private constructor(parts: {
    services: DataServices;
    person: string;
    network: Network;
    media: MediaServer;
    sessions: WhipSessions;
    rest: RestServer;
    staff: Browser;
    embeddings: Float32Array[];
    rate: number;
  }) {
    this.services = parts.services;
    this.person = parts.person;
    this.#network = parts.network;
    this.media = parts.media;
    this.#sessions = parts.sessions;
    this.#rest = parts.rest;
    this.#staff = parts.staff;
    this.#embeddings = parts.embeddings;
    this.#rate = parts.rate;
  }

  get whip(): string {
    return `${this.#rest.origin}/api/whip`;
  }

  async addEncoder(name: string): Promise<EncoderView> {
    return await this.#staff.json<EncoderView>('POST', '/api/v1/devices/encoders', { name });
  }

  /** Fetches the IP camera until the returned function is called. */
  async fetchCamera(name: string, address: string): Promise<() => Promise<void>> {
    const added = { name, address, user: '', password: '', transport: 'tcp' as const };
    await this.services.rtsp.add(added);
    const cameras = new RtspCameras({
      config: { allow: ['127.0.0.0/8'], ffmpeg: undefined },
      database: this.services.database,
      service: this.services.rtsp,
      media: this.media,
      door: (id) => this.services.devices.door(id),
      pictureLimit: { longer: 1920, shorter: 1080 },
      log,
    });
    return () => cameras.close();
  }

  /** An analyzer with these variables more, until it is closed. */
  async analyze(
    env: Record<string, string>,
    { onObservation, onSighting }: IngestListeners,
  ): Promise<{ load: () => Load; close: () => Promise<void> }> {
    const config = loadConfig({
      MUSTER_CHALLENGE: 'never',
      MUSTER_ANALYZERS: '1',
      MUSTER_VISION_THREADS: '1',
      MUSTER_LOG_LEVEL: 'warn',
      MUSTER_TIMECODE: '1',
      MUSTER_ANALYSIS_RATE: String(this.#rate),
      MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'],
      ...env,
    });
    const { contract } = await loadPack(config.models.pack);
    const pool = await AnalyzerPool.create({
      config,
      log,
      loadGallery: async () => [{ personId: this.person, contract, embeddings: this.#embeddings }],
    });
    pool.on('sighting', (sighting, safe) => {
      onSighting?.(sighting);
      safe();
    });
    if (onObservation) pool.on('observation', onObservation);
    pool.on('camera.stats', (stats) => this.media.cameras.analyzed(stats));
    const { cameras } = this.media;
    cameras.on('camera.added', (camera) => pool.watch(camera.source));
    cameras.on('camera.removed', (camera) => pool.unwatch(camera.id));
    // Decoders may be processes of their own, which begin with their camera.
    const analyzers = () => pool.list().flatMap(({ pid }) => [pid].concat(childrenOf(pid, '')));
    const seconds = () => ({
      server: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
      media: usage(childrenOf(process.pid, 'mediasoup-worker')).cpu,
      analyzer: usage(analyzers()).cpu,
      fetcher: usage(childrenOf(process.pid, 'ffmpeg')).cpu,
    });
    let [before, from] = [seconds(), performance.now()];
    return {
      load: () => {
        const [after, now] = [seconds(), performance.now()];
        const share = (part: keyof Load) => (100 * (after[part] - before[part])) / ((now - from) / 1_000);
        const load = {
          server: share('server'),
          media: share('media'),
          analyzer: share('analyzer'),
          fetcher: share('fetcher'),
        };
        [before, from] = [after, now];
        return load;
      },
      close: async () => {
        cameras.removeAllListeners('camera.added');
        cameras.removeAllListeners('camera.removed');
        await pool.close();
      },
    };
  }

  async close(): Promise<void> {
    this.#sessions.close();
    this.#rest.stop();
    await this.media.close();
    this.#network.close();
    await this.services.close();
  }
}
