/**
 * The analyzer: one more WebRTC peer. It receives cameras, keeps the latest picture of each, hands the pictures to
 * vision threads in fair turns, and reports what was seen. AnalyzerPool starts it with its settings as the only
 * argument; it speaks `ServerToAnalyzer` and `AnalyzerToServer` with its parent.
 */
import { pino } from 'pino';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { SerialQueue } from '../async/serial.ts';
import type {
  AnalyzerToServer,
  GalleryCommand,
  RecognitionSettings,
  ServerToAnalyzer,
} from '../protocol/analyzer.ts';
import { evidencePolicy } from '../recognition/policy.ts';
import type { EvidencePolicy } from '../recognition/types.ts';
import { loadPack } from '../vision/pack.ts';
import type { CheckInResult, EnrollmentResult } from './analyze-frame.ts';
import { AnalyzerGallery } from './analyzer-gallery.ts';
import { CameraConsumer } from './camera-consumer.ts';
import { CameraSession } from './camera-session.ts';
import { FrameLoop } from './frame-loop.ts';
import { Scheduler } from './scheduler.ts';
import { SightingOutbox } from './sighting-outbox.ts';
import type { AnalyzerSettings } from './settings.ts';
import { Standstill } from './standstill.ts';
import type { FaceChecks } from './vision-messages.ts';
import { VisionPool } from './vision-pool.ts';
import { withoutRemoved } from './without-removed.ts';
import { steadyNow, wallTimeOf } from '../time/steady-clock.ts';

/** Time between two `camera.stats` of a camera, ms. */
const STATS_INTERVAL = 1_000;
/** Pictures that waited in this process for longer cannot be dated, ms; as `LATE` of the server's tap. */
const STANDSTILL = 1_000;

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
const outbox = new SightingOutbox({
  send: (sighting) => send({ type: 'sighting', sighting }),
  onFull: ({ id }) =>
    log.error({ event: 'sighting.refused', sightingId: id }, 'the server takes no more sightings'),
});

function send(message: AnalyzerToServer): void {
  // The parent may be exiting; the `disconnect` event ends this process then.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** The parent kills a child that sends this. */
function fatal(message: string): void {
  log.fatal({ event: 'analyzer.gave-up', reason: message }, 'the analyzer gives up');
  if (process.connected) send({ type: 'fatal', message });
  else process.exit(1);
}

let started = false;
process.on('disconnect', () => (started ? void close() : process.exit(0)));
// A terminal or a service manager signals the whole process group. The parent decides, by `close` or by exiting.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

/** Logs a fault of single pictures once an hour, whatever the frame rate. */
function logPictureFault(cameraId: string, error: unknown): void {
  const reason = messageOf(error);
  if (!faults.isNew(reason)) return;
  log.error(
    { event: 'picture.failed', cameraId, reason },
    'a picture could not be analyzed (logged once an hour)',
  );
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Like `fatal`, during the start: never resolves, because the start cannot continue while the parent kills us. */
function giveUp(message: string): Promise<never> {
  fatal(message);
  return new Promise(() => {});
}

function policyOf({ far, liveness, challenge }: RecognitionSettings): EvidencePolicy {
  return evidencePolicy(pack.thresholds, far, liveness, challenge);
}

function checksOf({ liveness, snapshots }: RecognitionSettings): FaceChecks {
  return { liveness: liveness !== 'off', snapshots };
}

const load = (id: string) => loadPack(id).catch((error: Error) => giveUp(error.message));
const pack = await load(settings.pack);
const gallery = new AnalyzerGallery({
  pack,
  former: settings.former === null ? null : await load(settings.former),
  policy: policyOf(settings.recognition),
  log,
});
const vision = await VisionPool.open({
  threads: settings.threads,
  data: {
    pack: settings.pack,
    former: settings.former,
    cacheDir: settings.cacheDir,
    checks: checksOf(settings.recognition),
    providers: settings.providers,
    pictures: settings.pictures,
    galleries: gallery.shares,
  },
  log,
  onIdle: serve,
  onFatal: fatal,
}).catch((error: Error) => giveUp(`the models of pack "${settings.pack}" do not load: ${error.message}`));
gallery.onShared = (shares) => vision.share(shares);
const loop = new FrameLoop({ cameras, scheduler, vision, onResult: report, onFault: logPictureFault });

function serve(): void {
  loop.serve();
}

/** Sends what one picture showed. A person removed while the picture was being analyzed is left out. */
function report(result: CheckInResult | EnrollmentResult): void {
  if (result.purpose === 'enrollment') return send({ type: 'capture', capture: result.capture });
  if (result.unexplained !== undefined && faults.isNew(result.unexplained)) {
    log.error(
      { event: 'decision.unexplained', reason: result.unexplained },
      'a decision could not be explained (logged once an hour)',
    );
  }
  const { observation, sightings, pairs, decisions } = withoutRemoved(result, (personId) =>
    gallery.has(personId),
  );
  // First, so that the server may have made it safe by the time of the next picture, and can name the face.
  for (const sighting of sightings) outbox.add({ ...sighting, at: wallTimeOf(sighting.at) });
  for (const sighting of pairs) {
    send({ type: 'sighting.pair', sighting: { ...sighting, at: wallTimeOf(sighting.at) } });
  }
  for (const decision of decisions) {
    send({ type: 'decision', decision: { ...decision, at: wallTimeOf(decision.at) } });
  }
  send({ type: 'observation', observation });
}

async function watch({
  attempt,
  options,
  things,
  transport,
  routerRtpCapabilities,
}: Of<'watch'>): Promise<void> {
  const { cameraId } = options;
  unwatch(cameraId);
  const session = new CameraSession({
    watch: options,
    evidencePolicy: () => gallery.policy,
    formerNeeded: () => gallery.formerNeeded,
    readTimecode: settings.timecode,
    things,
  });
  const watched: Watched = { attempt, session, consumer: null };
  cameras.set(cameraId, watched);
  scheduler.add(cameraId, options.rate);
  const lost = (message: string) => {
    if (cameras.get(cameraId) !== watched) return;
    unwatch(cameraId);
    send({ type: 'watch.failed', attempt, cameraId, message });
  };
  try {
    const consumer = await CameraConsumer.open({
      transport,
      routerRtpCapabilities,
      onConnect: (dtlsParameters) => send({ type: 'connect', attempt, cameraId, dtlsParameters }),
      onPicture: (picture, rotation) => {
        if (standstill.look()) return;
        const now = performance.now();
        try {
          session.picture(picture, steadyNow(), now, rotation);
        } catch (error) {
          logPictureFault(cameraId, error);
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
    send({ type: 'watching', attempt, cameraId, rtpCapabilities: consumer.rtpCapabilities });
  } catch (error) {
    lost(messageOf(error));
  }
}

async function consume({ attempt, cameraId, consumer }: Of<'consume'>): Promise<void> {
  const watched = cameras.get(cameraId);
  if (!watched?.consumer || watched.attempt !== attempt) return;
  try {
    await watched.consumer.consume(consumer);
    if (cameras.get(cameraId) === watched) send({ type: 'consuming', attempt, cameraId });
  } catch (error) {
    if (cameras.get(cameraId) !== watched) return;
    unwatch(cameraId);
    send({
      type: 'watch.failed',
      attempt,
      cameraId,
      message: messageOf(error),
    });
  }
}

function changeWatch({ attempt, cameraId, settings: now }: Of<'watch.settings'>): void {
  const watched = cameras.get(cameraId);
  if (watched?.attempt !== attempt) return;
  watched.session.set(now);
  if (now.rate !== undefined) scheduler.change(cameraId, now.rate);
}

function unwatch(cameraId: string): void {
  const watched = cameras.get(cameraId);
  if (!watched) return;
  cameras.delete(cameraId);
  scheduler.remove(cameraId);
  watched.consumer?.close();
  vision.forget(cameraId);
}

/** One change after another: where the photo detection is turned on, its networks are loaded before it decides. */
const recognitionChanges = new SerialQueue();

function changeRecognition({ settings: next }: Of<'recognition.settings'>): Promise<void> {
  return recognitionChanges.run(async () => {
    await vision.check(checksOf(next));
    gallery.judgeBy(policyOf(next));
    log.info({ event: 'recognition.changed', ...next }, 'faces are judged by other settings');
  });
}

/** Applies the command, then corrects the tracks of all cameras: faces in view may have gained or lost a name. */
function changeGallery(command: GalleryCommand): void {
  const change = gallery.follow(command);
  if (!change) return;
  for (const { session } of cameras.values()) session.change(change);
  send({ type: 'gallery.size', ...gallery.size });
}

/**
 * Closes the cameras first and then calls `exit`: libwebrtc aborts in a process that exits while it is receiving, and
 * crashes in a process that has received video and then ends because its event loop is empty.
 */
async function close(): Promise<void> {
  clearInterval(statsTimer);
  standstill.close();
  outbox.close();
  for (const cameraId of cameras.keys()) unwatch(cameraId);
  await vision.close();
  process.exit(0);
}

/** What waited in our sockets is of no known time: every camera is received anew, which begins with a picture of now. */
const standstill = new Standstill({
  limit: STANDSTILL,
  onStill: (still) => {
    log.warn(
      { event: 'analyzer.stood-still', still: Math.round(still) },
      'the analyzer did not run for a while',
    );
    for (const [cameraId, { attempt }] of cameras) {
      unwatch(cameraId);
      const message = `the analyzer stood still for ${Math.round(still)} ms`;
      send({ type: 'watch.failed', attempt, cameraId, message, again: 'at-once' });
    }
  },
});

let statsAt = performance.now();
const statsTimer = setInterval(() => {
  const now = performance.now();
  for (const [cameraId, { session }] of cameras) {
    send({ type: 'camera.stats', stats: session.stats(now - statsAt) });
    const things = session.changedThings();
    if (things) send({ type: 'camera.things', cameraId, things });
  }
  statsAt = now;
}, STATS_INTERVAL);

async function follow(message: ServerToAnalyzer): Promise<void> {
  switch (message.type) {
    case 'watch':
      return watch(message);
    case 'consume':
      return consume(message);
    case 'unwatch':
      return unwatch(message.cameraId);
    case 'watch.settings':
      return changeWatch(message);
    case 'recognition.settings':
      return changeRecognition(message);
    case 'gallery.clear':
    case 'gallery.add':
    case 'gallery.remove':
      return changeGallery(message);
    case 'gallery.search': {
      const { request, contract, embeddings, limit } = message;
      const matches = gallery.searchMean(contract, embeddings, limit);
      return send({ type: 'gallery.matches', request, matches });
    }
    case 'gallery.confirm': {
      const { request, personId } = message;
      const threads = await vision.settled();
      return send({ type: 'gallery.confirmed', request, removed: !gallery.has(personId), threads });
    }
    case 'sighting.safe':
      return outbox.confirm(message.ids);
    case 'ping':
      return send({ type: 'pong', at: message.at, rss: process.memoryUsage.rss() });
    case 'close':
      return close();
  }
}

process.on('message', (message: ServerToAnalyzer) => {
  follow(message).catch((error: unknown) =>
    log.error(
      { event: 'message.failed', type: message.type, err: error },
      'a message of the server could not be followed',
    ),
  );
});
started = true;
if (!process.connected) await close();
send({
  type: 'ready',
  pid: process.pid,
  contract: pack.contract,
  execution: vision.execution,
  threads: vision.threads,
});
