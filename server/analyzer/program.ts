/**
 * The analyzer: one more WebRTC peer. It receives cameras, keeps the latest picture of each, hands pictures to vision
 * threads in fair turns, and tells what was seen. Started by AnalyzerPool with its settings as the one argument; speaks
 * `ServerToAnalyzer` and `AnalyzerToServer` with its parent.
 */
import { pino } from 'pino';
import type { AnalyzerToServer, GalleryCommand, ServerToAnalyzer } from '../protocol/analyzer.ts';
import { evidencePolicy } from '../recognition/policy.ts';
import { loadPack } from '../vision/pack.ts';
import { AnalyzerGallery } from './analyzer-gallery.ts';
import { CameraConsumer } from './camera-consumer.ts';
import { CameraSession } from './camera-session.ts';
import { RepeatedFaults } from './repeated-faults.ts';
import { Scheduler } from './scheduler.ts';
import type { AnalyzerSettings } from './settings.ts';
import { VisionPool } from './vision-pool.ts';
import { withoutRemoved } from './without-removed.ts';

/** Between two `camera.stats` of a camera, ms. */
const STATS_INTERVAL = 1_000;

type Of<T extends ServerToAnalyzer['type']> = Extract<ServerToAnalyzer, { type: T }>;

interface Watched {
  attempt: number;
  session: CameraSession;
  consumer: CameraConsumer | null;
}

const settings = JSON.parse(process.argv[2] ?? 'null') as AnalyzerSettings;
const log = pino({ level: settings.logLevel, base: { pid: process.pid, program: 'analyzer' } });
const cameras = new Map<string, Watched>();
const scheduler = new Scheduler();
const faults = new RepeatedFaults();

function say(message: AnalyzerToServer): void {
  // The parent may be on its way out; `disconnect` ends this process then.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** The parent kills whoever says this. */
function fatal(message: string): void {
  log.fatal({ message }, 'analyzer | gives up');
  if (process.connected) say({ type: 'fatal', message });
  else process.exit(1);
}

let started = false;
process.on('disconnect', () => (started ? void close() : process.exit(0)));
// A terminal and a service manager signal the whole group: the parent decides, by `close` or by its end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

/** Logs a fault of single pictures once an hour, whatever the rate of pictures. */
function fault(cameraId: string, message: string): void {
  if (!faults.isNew(message)) return;
  log.error({ camera: cameraId, message }, 'picture | could not be analyzed (logged once an hour)');
}

/** As `fatal`, where there is nothing to go on with: the process ends meanwhile. */
function giveUp(message: string): Promise<never> {
  fatal(message);
  return new Promise(() => {});
}

const load = (id: string) => loadPack(id).catch((error: Error) => giveUp(error.message));
const pack = await load(settings.pack);
const gallery = new AnalyzerGallery({
  pack,
  former: settings.former === null ? null : await load(settings.former),
  policy: evidencePolicy(pack.thresholds, settings.far, settings.liveness, settings.challenge),
  log,
});
const vision = await VisionPool.open({
  threads: settings.threads,
  data: {
    pack: settings.pack,
    former: settings.former,
    cacheDir: settings.cacheDir,
    liveness: settings.liveness !== 'off',
    evidence: settings.evidence === true,
    providers: settings.providers,
    pictures: settings.pictures,
    galleries: gallery.shares,
  },
  log,
  onIdle: serve,
  onFatal: fatal,
}).catch((error: Error) => giveUp(`the models of pack "${settings.pack}" do not load: ${error.message}`));
gallery.onshare = (shares) => vision.share(shares);

/** Hands waiting pictures to idle threads. */
function serve(): void {
  while (vision.idle) {
    const now = performance.now();
    const cameraId = scheduler.next(now);
    if (cameraId === null) return;
    const watched = cameras.get(cameraId);
    const begun = watched?.session.begin(now);
    if (watched && begun) void analyze(watched, begun);
    else scheduler.finished(cameraId);
  }
}

async function analyze(
  watched: Watched,
  { job, lease }: NonNullable<ReturnType<CameraSession['begin']>>,
): Promise<void> {
  const { session } = watched;
  let result = null;
  try {
    result = await vision.analyze(job, lease, session.buffers);
  } catch (error) {
    fault(job.cameraId, error instanceof Error ? error.message : String(error));
  }
  session.end(result);
  if (cameras.get(job.cameraId) === watched) {
    scheduler.finished(job.cameraId);
    if (result?.purpose === 'check-in') {
      const { observation, sightings } = withoutRemoved(result, (personId) => gallery.has(personId));
      say({ type: 'observation', observation });
      for (const sighting of sightings) say({ type: 'sighting', sighting });
    } else if (result) {
      say({ type: 'capture', capture: result.capture });
    }
  }
  serve();
}

async function watch({ attempt, options, transport, routerRtpCapabilities }: Of<'watch'>): Promise<void> {
  const { cameraId } = options;
  unwatch(cameraId);
  const session = new CameraSession({
    watch: options,
    evidencePolicy: () => gallery.policy,
    formerNeeded: () => gallery.formerNeeded,
    readTimecode: settings.timecode,
  });
  const watched: Watched = { attempt, session, consumer: null };
  cameras.set(cameraId, watched);
  scheduler.add(cameraId, options.rate);
  const lost = (message: string) => {
    if (cameras.get(cameraId) !== watched) return;
    unwatch(cameraId);
    say({ type: 'watch.failed', attempt, cameraId, message });
  };
  try {
    const consumer = await CameraConsumer.open({
      transport,
      routerRtpCapabilities,
      onConnect: (dtlsParameters) => say({ type: 'connect', attempt, cameraId, dtlsParameters }),
      onPicture: (picture, rotation) => {
        if (rotation !== 0) fault(cameraId, `the picture is to be turned by ${rotation} degrees: it was not`);
        const now = performance.now();
        try {
          session.picture(picture, Date.now(), now);
        } catch (error) {
          fault(cameraId, String(error));
          return;
        }
        if (scheduler.arrived(cameraId, now)) serve();
      },
      onLost: lost,
    });
    if (cameras.get(cameraId) !== watched) {
      consumer.close();
      return;
    }
    watched.consumer = consumer;
    say({ type: 'watching', attempt, cameraId, rtpCapabilities: consumer.rtpCapabilities });
  } catch (error) {
    lost(error instanceof Error ? error.message : String(error));
  }
}

async function consume({ attempt, cameraId, consumer }: Of<'consume'>): Promise<void> {
  const watched = cameras.get(cameraId);
  if (!watched?.consumer || watched.attempt !== attempt) return;
  try {
    await watched.consumer.consume(consumer);
    if (cameras.get(cameraId) === watched) say({ type: 'consuming', attempt, cameraId });
  } catch (error) {
    if (cameras.get(cameraId) !== watched) return;
    unwatch(cameraId);
    say({
      type: 'watch.failed',
      attempt,
      cameraId,
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

function lookFor({ attempt, cameraId, minFace }: Of<'watch.min-face'>): void {
  const watched = cameras.get(cameraId);
  if (watched?.attempt === attempt) watched.session.lookFor(minFace);
}

function unwatch(cameraId: string): void {
  const watched = cameras.get(cameraId);
  if (!watched) return;
  cameras.delete(cameraId);
  scheduler.remove(cameraId);
  watched.consumer?.close();
  vision.forget(cameraId);
}

/** Who was seen may be somebody of the gallery now, or nobody. */
function changeGallery(command: GalleryCommand): void {
  const change = gallery.follow(command);
  if (!change) return;
  for (const { session } of cameras.values()) session.change(change);
  say({ type: 'gallery.size', ...gallery.size });
}

/**
 * libwebrtc aborts where a process exits while it receives, and crashes where one that has received ends by having
 * nothing left to do: so cameras first, then `exit`.
 */
async function close(): Promise<void> {
  clearInterval(statsTimer);
  for (const cameraId of cameras.keys()) unwatch(cameraId);
  await vision.close();
  process.exit(0);
}

let statsAt = performance.now();
const statsTimer = setInterval(() => {
  const now = performance.now();
  for (const { session } of cameras.values())
    say({ type: 'camera.stats', stats: session.stats(now - statsAt) });
  statsAt = now;
}, STATS_INTERVAL);

async function heard(message: ServerToAnalyzer): Promise<void> {
  switch (message.type) {
    case 'watch':
      return watch(message);
    case 'consume':
      return consume(message);
    case 'unwatch':
      return unwatch(message.cameraId);
    case 'watch.min-face':
      return lookFor(message);
    case 'gallery.clear':
    case 'gallery.add':
    case 'gallery.remove':
      return changeGallery(message);
    case 'gallery.search': {
      const { request, contract, embeddings, limit } = message;
      const matches = gallery.search(contract, embeddings, limit);
      return say({ type: 'gallery.matches', request, matches });
    }
    case 'gallery.confirm': {
      const { request, personId } = message;
      const threads = await vision.settled();
      return say({ type: 'gallery.confirmed', request, removed: !gallery.has(personId), threads });
    }
    case 'ping':
      return say({ type: 'pong', at: message.at, rss: process.memoryUsage.rss() });
    case 'close':
      return close();
  }
}

process.on('message', (message: ServerToAnalyzer) => {
  heard(message).catch((error: unknown) =>
    log.error({ type: message.type, err: error }, 'message | could not be followed'),
  );
});
started = true;
if (!process.connected) await close();
say({
  type: 'ready',
  pid: process.pid,
  contract: pack.contract,
  execution: vision.execution,
  threads: vision.threads,
});
