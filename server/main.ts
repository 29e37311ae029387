/**
 * The composition root. From top to bottom: ports and data, access, media, analyzers, sightings, and the HTTP and socket
 * servers. Everything is closed in reverse order.
 */
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { RequestHandler } from 'express';
import type { ConfigLayers } from '../config/config.ts';
import packageJson from '../package.json' with { type: 'json' };
import { AnalyzerPool } from './analyzer/analyzer-pool.ts';
import { doorOf } from './attendance/attendance-service.ts';
import { withUnknownLookAlikes } from './biometrics/look-alikes.ts';
import { banner } from './banner.ts';
import type { Search } from './enrollment/duplicate-check.ts';
import { LateLookAlikes } from './enrollment/late-look-alikes.ts';
import { enrollmentPolicy } from './enrollment/policy.ts';
import { enrollmentCameraId, EnrollmentService } from './enrollment/enrollment-service.ts';
import { networkAddresses } from './http/addresses.ts';
import { createApp } from './http/app.ts';
import { loadCertificate } from './http/certificate.ts';
import { CertificateKeeper } from './http/certificate-keeper.ts';
import { listen } from './http/listen.ts';
import { openAccess } from './composition/access.ts';
import { auditDoubtedCaptures } from './composition/doubted-captures.ts';
import { followers } from './composition/followers.ts';
import { followFigures } from './composition/follow-figures.ts';
import { followSettings } from './composition/follow-settings.ts';
import { chooseLiveness, choosePack } from './composition/models.ts';
import { OperatorError } from './operator-error.ts';
import { CameraHoursKeeper } from './composition/camera-hours.ts';
import { stationPort } from './composition/station-port.ts';
import { takeLayers } from './composition/take-config.ts';
import { openFleet } from './composition/fleet.ts';
import { openMqtt } from './composition/mqtt.ts';
import { openRecords } from './composition/records.ts';
import { followTiedCameras } from './composition/tied-results.ts';
import { named, openSightings, recordedOutcomes } from './composition/sightings.ts';
import { createLog } from './log.ts';
import { WhipSessions } from './ingest/whip-sessions.ts';
import { lanAddresses } from './network/lan-addresses.ts';
import { Network } from './network/network.ts';
import { proxyCheck } from './perimeter/client-address.ts';
import { MediaServer } from './media/media-server.ts';
import { Metrics } from './metrics/metrics.ts';
import { punchByNumber } from './attendance/punch-by-number.ts';
import { punchByPass } from './attendance/punch-by-pass.ts';
import { DeviceWatch } from './devices/device-watch.ts';
import { asBooked, tiedTo } from './devices/display-tie.ts';
import { eventAsShown, faceAsShown } from './devices/shown-names.ts';
import { ViewingService } from './devices/viewing-service.ts';
import type { Sighting } from './protocol/analyzer.ts';
import type { ErrorBody } from './protocol/error.ts';
import type { AttendanceEvent } from './protocol/results.ts';
import type { CameraState } from './protocol/signaling.ts';
import type { DeviceActor } from './protocol/session.ts';
import { ServerLease } from './servers/server-lease.ts';
import { RtspCameras } from './rtsp/rtsp-cameras.ts';
import { SignalingServer } from './signaling/signaling-server.ts';
import { ratesOf } from './vision/pack.ts';

const CLIENT = path.resolve(import.meta.dirname, '../dist/client');
/** How often `lastSeen` of the connected devices is written, ms. */
const WRITE_SEEN = 60_000;
/** An orderly end takes this long at most, ms. Service managers allow more before they kill a program. */
const STOP_BUDGET = 20_000;

async function start(layers: ConfigLayers, opened: AsyncDisposableStack): Promise<void> {
  const { config } = layers;
  const log = createLog(config.logLevel);
  const metrics = new Metrics({ version: packageJson.version });
  const fatal = (event: string, error: unknown) => {
    log.fatal({ event, err: error }, 'a fault ends the server');
    process.exitCode = 1;
    hurry.abort();
    process.emit('SIGTERM');
  };
  process.on('uncaughtException', (error) => fatal('uncaught-exception', error));
  process.on('unhandledRejection', (error) => fatal('unhandled-rejection', error));

  // The ports first, so that the most common fault is reported soonest.
  await mkdir(config.dataDir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new OperatorError(
      `The data folder ${config.dataDir} cannot be made (${error.code}): set MUSTER_DATA_DIR to another folder.`,
      { cause: error },
    );
  });
  const network = new Network({ log });
  opened.defer(() => network.close());
  const certificateNow = () =>
    loadCertificate({
      dataDir: config.dataDir,
      ...config.https,
      hosts: [os.hostname(), ...(config.media.announce === undefined ? [] : [config.media.announce])],
      addresses: lanAddresses(network.interfaces),
    });
  const certificate = await certificateNow();
  const doors = await listen({
    http: config.http,
    https: { ...config.https, ...certificate },
    perAddress: config.connectionsPerAddress,
    isProxy: proxyCheck(config.proxies),
    log,
  });
  opened.defer(() => doors.close());
  const keeper = new CertificateKeeper({
    certificate,
    load: certificateNow,
    use: (pair) => doors.useCertificate(pair),
    log,
  });
  opened.defer(() => keeper.close());
  network.on('addresses.changed', () => void keeper.look());

  const addresses = () =>
    networkAddresses({
      host: config.https.host,
      port: doors.httpsPort,
      origins: config.origins,
      announce: config.media.announce,
      interfaces: network.interfaces,
    });

  const pack = await choosePack(config, log);
  const records = await openRecords(
    {
      layers,
      contract: pack.contract,
      onDown: (error) => fatal('database.down', error),
      log,
    },
    opened,
  );
  const { core, former, reenroll } = records;
  const lease = await ServerLease.open({ database: core.database, addresses, log });
  opened.defer(() => lease.close());
  drain = async (signal) => {
    void lease.drain();
    // The proxy sees that this server is not ready, and sends those whose sockets end after this to another one.
    await sleep(config.drain, undefined, { signal }).catch(() => {});
  };
  const { settings, templates, people, passes, attendance, removals, questions } = core;
  const liveness = await chooseLiveness(settings.now, pack, log);
  const access = await openAccess(config, { ...core, log }, opened);
  const { accounts, accountFeed, devices, authenticator, originAllowed, readAddress } = access;

  const media = await MediaServer.create({
    config: config.media,
    analysis: settings.now.analyzer,
    recorded: (id) => recordedOutcomes(id, { ...core, devices }),
    network,
    log,
  });
  opened.defer(() => media.close());
  const analyzers = await AnalyzerPool.create({
    config: settings.now,
    former: former?.id ?? null,
    minFaces: (await devices.list()).filter((d) => d.revokedAt === null).map((d) => d.settings.minFace),
    log,
    liveness: liveness.policy,
    loadGallery: () => templates.loadGallery(),
  });
  opened.defer(() => analyzers.close());
  const search: Search = (of, embeddings, limit) => analyzers.searchMean(of, embeddings, limit);
  const recognition = followSettings({ settings, analyzers, pack, liveness, log });
  const policy = () => {
    const { models, enrollment: rules } = settings.now;
    const asks = models.challenge !== 'never';
    return enrollmentPolicy({ thresholds: pack.thresholds, far: models.far, asks, ...rules });
  };
  const threshold = () => policy().duplicateThreshold;
  const lookAlikes = new LateLookAlikes({ templates, search, threshold, log });
  opened.defer(() => lookAlikes.close());
  templates.on('gallery.changed', ({ personId, entry }) => {
    if (!entry) analyzers.remove(personId);
    else if (analyzers.upsert(entry)) void lookAlikes.check(personId);
  });
  const takeSighting = (sighting: Sighting, safe: () => void) => {
    const device = devices.door(sighting.cameraId);
    if (device) inbox.add(sighting, doorOf(asBooked(device, devices)), safe);
    else {
      inbox.ignore(sighting);
      safe();
    }
  };
  for (const id of await withUnknownLookAlikes(core.database.fork())) void lookAlikes.check(id);

  const enrollment = new EnrollmentService({
    people: { get: (id) => people.candidate(id) },
    templates,
    invitations: core.selfEnrollment,
    search,
    contract: pack.contract,
    former: former?.contract ?? null,
    policy,
    log,
  });
  opened.defer(() => enrollment.close());
  auditDoubtedCaptures(enrollment, core.database, log);
  removals.onRemoved((personId) => enrollment.forget(personId));
  core.invitations.comparedBy(enrollment);
  removals.onRemoved((personId) => questions.forget(personId));

  const inbox = await openSightings(
    { dataDir: config.dataDir, core, devices, media, metrics: metrics.sightings, log },
    opened,
  );

  const { cameras } = media;
  const whip = new WhipSessions({ media, log });
  opened.defer(() => whip.close());
  const givenNameOf = (id: string) => people.givenNameOf(id);
  cameras.on('camera.removed', (camera) => analyzers.unwatch(camera.id));
  analyzers.on('camera.stats', (stats, analyzer) => cameras.analyzed(stats, analyzer));
  analyzers.on('camera.decoder-fault', (cameraId, fault) => cameras.get(cameraId)?.decoderFailed(fault));
  analyzers.on('sighting', takeSighting);
  analyzers.on('sighting.pair', (sighting) => {
    const device = devices.door(sighting.cameraId);
    if (device) void core.decisionStore.keepOfPair(sighting, doorOf(device));
    if (device?.deviceKind === 'station') questions.add(sighting);
    else if (device) {
      core.refusedPunches
        .addPair(sighting, doorOf(device))
        .catch((error: unknown) =>
          log.error(
            { event: 'sighting.not-listed', sightingId: sighting.id, err: error },
            'one of two look-alikes passed, and this could not be listed',
          ),
        );
    }
  });
  analyzers.on('decision', (decision) => {
    const device = devices.door(decision.cameraId);
    if (device) void core.decisionStore.keepOther(decision, doorOf(device));
  });
  analyzers.on('observation', (observation) => {
    const camera = cameras.get(observation.camera);
    if (!camera) return;
    const faces = observation.faces.map((face) => named(face, inbox, people, questions));
    const names = devices.door(camera.id)?.settings.names ?? 'full';
    const shown = faces.map((face) => faceAsShown(face, names, givenNameOf));
    camera.sendResult({ ...observation, faces }, { ...observation, faces: shown });
  });
  analyzers.on('capture', (capture) => {
    const progress = enrollment.accept(capture);
    if (progress) cameras.get(capture.cameraId)?.sendResult(progress);
  });
  enrollment.on('progress.changed', (progress) =>
    cameras.get(enrollmentCameraId(progress.enrollment))?.sendResult(progress),
  );

  const { database } = core;
  followFigures(metrics, { analyzers, media, inbox, database, devices, dataDir: config.dataDir });

  const shownAt = ({ settings }: DeviceActor, event: AttendanceEvent) =>
    eventAsShown(event, settings.names, givenNameOf);
  const viewing = new ViewingService({ database: core.database, devices, log });
  const signaling = await SignalingServer.create({
    servers: doors.servers,
    path: '/socket',
    authenticate: (request) => authenticator.authenticate(request, { touch: false }),
    originAllowed,
    readAddress,
    media,
    enrollment,
    identify: async (station, request) =>
      shownAt(station, await punchByPass({ passes, attendance }, station, request)),
    tellApart: async (station, request) => shownAt(station, await punchByNumber(core, station, request)),
    state: async (station, request) =>
      shownAt(station, await attendance.state(request, doorOf(station), tiedTo(station, devices))),
    stations: stationPort({ devices, claims: core.claims, log }),
    presence: core.presenceFeed,
    viewing,
    knownCameras: () => devices.cameras.map((camera) => withProblem(camera, whip.problemOf(camera.id))),
    log,
  });
  opened.defer(() => signaling.close());
  followTiedCameras({ outbox: core.outbox, devices, media, connected: () => signaling.devices });
  accountFeed.on('account.changed', (accountId) => signaling.recheckAccount(accountId));
  core.invitationFeed.on('invitation.changed', (invitationId) => {
    enrollment.abandon(invitationId);
    signaling.recheckInvitation(invitationId);
  });
  core.invitationFeed.on('invitation.opened', (invitationId) => signaling.recheckInvitation(invitationId));
  const hours = new CameraHoursKeeper({
    cameras,
    analyzers,
    door: (id) => devices.door(id),
    tell: (camera, now) => signaling.pushHours(camera, now),
    log,
  });
  opened.defer(() => hours.close());
  cameras.on('camera.added', (camera) => hours.added(camera));
  devices.on('device.revoked', ({ deviceId }) => {
    signaling.disconnectDevice(deviceId);
    whip.endOf(deviceId);
  });
  devices.on('device.token-replaced', ({ deviceId }) => whip.endOf(deviceId));
  devices.on('device.changed', (device) => {
    media.forgetEvents(device.deviceId);
    signaling.pushDevice(device);
    cameras.get(device.deviceId)?.lookFor(device.settings);
    analyzers.changed(device.deviceId);
    hours.look();
  });
  core.sites.on('site.changed', ({ siteId }) => {
    people
      .reloadNames()
      .then(() => devices.siteChanged(siteId))
      .catch((error: unknown) =>
        log.warn({ event: 'site.not-pushed', siteId, err: error }, 'stations do not know the new rules yet'),
      );
  });
  const rtsp = new RtspCameras({
    config: config.rtsp,
    database: core.database,
    service: access.rtsp,
    media,
    door: (id) => devices.door(id),
    pictureLimit: settings.now.analyzer.pictureLimit,
    log,
  });
  opened.defer(() => rtsp.close());
  const connected = () => [...signaling.devices, ...rtsp.running, ...whip.devices];
  const deviceWatch = new DeviceWatch({ database: core.database, connected, log });
  opened.defer(() => deviceWatch.close());
  // Start only now: changes made by other servers while the galleries were loading would otherwise be lost.
  records.feed.start(followers({ ...core, devices, accountFeed }));
  const fleet = await openFleet(
    {
      config,
      pool: analyzers,
      feed: records.feed,
      contract: pack.contract,
      former,
      log,
      onSighting: (sighting, safe) => {
        // Of a camera that another server added just now: without an answer of the database the sighting comes again.
        const { cameraId } = sighting;
        const known = devices.door(cameraId) ? Promise.resolve() : devices.refresh(cameraId);
        known
          .then(() => takeSighting(sighting, safe))
          .catch((error: unknown) =>
            log.warn({ event: 'sighting.not-taken', cameraId, err: error }, 'a sighting stays in the queue'),
          );
      },
    },
    opened,
  );
  removals.confirmedBy(fleet ?? analyzers);
  if (fleet) {
    templates.on('gallery.changed', ({ personId, entry }) => fleet.changed(personId, entry === null));
  }
  const seen = setInterval(() => {
    devices
      .seen(connected())
      .catch((error: unknown) =>
        log.warn(
          { event: 'devices.seen-failed', err: error },
          'when devices were last seen could not be stored',
        ),
      );
  }, WRITE_SEEN);
  opened.defer(() => clearInterval(seen));
  const mqtt = openMqtt({ config, core, metrics: metrics.mqtt, log }, opened);

  doors.serve(
    createApp({
      core,
      access,
      log,
      site: { dataDir: config.dataDir, origins: config.origins, trusted: !certificate.selfSigned, addresses },
      recognition: () => ({
        pack: { id: pack.id, title: pack.title, verified: pack.verified },
        far: settings.now.models.far,
        available: ratesOf(pack.thresholds),
        liveness: recognition.liveness,
        challenge: settings.now.models.challenge,
        analyzers: analyzers.list().map(({ name, execution }) => ({ name, execution })),
        hosts: fleet?.members ?? null,
      }),
      metrics,
      health: {
        analyzers: () => analyzers.status(),
        mediaWorkers: () => ({ up: media.workers.up, of: media.workers.of }),
        cameras: () => cameras.size,
        photoDetection: () => recognition.liveness.installed,
        sightings: () => inbox.status,
        draining: () => lease.draining,
        ...(mqtt && { mqtt: () => mqtt.view }),
      },
      whip,
      client: process.env['MUSTER_DEV'] ? await viteMiddleware(opened) : { directory: CLIENT },
    }),
  );
  const { selfSigned } = certificate;
  const setupToken = accounts.takeSetupToken();
  process.stdout.write(
    banner({ httpPort: doors.httpPort, addresses: addresses(), selfSigned, setupToken, reenroll }),
  );
}

/** What went wrong with a camera that no browser publishes. */
function withProblem(camera: CameraState, problem: ErrorBody | undefined): CameraState {
  return problem ? { ...camera, problem } : camera;
}

/** Development only: serves the client from its sources, reloaded on change. */
async function viteMiddleware(opened: AsyncDisposableStack): Promise<{ middleware: RequestHandler }> {
  const vite = await import('vite');
  const server = await vite.createServer({
    configFile: path.resolve(import.meta.dirname, '../config/vite.ts'),
    // By default Vite writes the configuration to a file first. `node --watch` sees that as a change and restarts forever.
    configLoader: 'native',
    server: { middlewareMode: true },
    appType: 'spa',
  });
  opened.defer(() => server.close());
  return { middleware: server.middlewares };
}

const opened = new AsyncDisposableStack();
let stopping: Promise<void> | null = null;
let stoppedAt = 0;
/** A signal that comes this soon after the first is the same one: npm and a service manager both send it, ms. */
const SAME_SIGNAL = 1_000;
/** What a server does before it begins to end, once it takes part. A second signal aborts it. */
let drain: ((signal: AbortSignal) => Promise<void>) | null = null;
const hurry = new AbortController();
const stop = () => {
  if (stopping && performance.now() - stoppedAt > SAME_SIGNAL) hurry.abort();
  if (!stopping) stoppedAt = performance.now();
  return (stopping ??= end());
};
async function end(): Promise<void> {
  await drain?.(hurry.signal);
  setTimeout(() => process.exit(1), STOP_BUDGET).unref();
  try {
    await opened.disposeAsync();
    process.exit();
  } catch (error) {
    process.stderr.write(`Muster did not close in order. This is a bug in Muster:\n${inspect(error)}\n`);
    process.exit(1);
  }
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
// The process that forked this one is gone: do not stay behind.
process.on('disconnect', () => void stop());

try {
  await start(takeLayers(), opened);
} catch (error) {
  // A signal during the start closes things that the start still needs: errors after that are expected.
  if (!stopping) {
    // Only an OperatorError says what to do; any other error is a bug, and its stack says where.
    const sentence =
      error instanceof OperatorError ? error.message : `This is a bug in Muster:\n${inspect(error)}`;
    process.stderr.write(`Muster cannot start. ${sentence}\n`);
    process.exitCode = 1;
  }
  await stop();
}
