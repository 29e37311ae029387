/**
 * The composition root. From top to bottom: what everything stands on, who may do what, media, vision,
 * what is seen, and the doors. What was opened last is closed first.
 */
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { type Config, loadConfig } from '../config/config.ts';
import { AnalyzerPool } from './analyzer/pool.ts';
import { AttendanceService } from './attendance/attendance-service.ts';
import { EvidenceStore } from './attendance/evidence-store.ts';
import { SightingInbox } from './attendance/sighting-inbox.ts';
import { AnchorKeeper } from './audit/anchor.ts';
import { banner } from './banner.ts';
import { Database } from './db/database.ts';
import { EmbeddedDatabase } from './db/embedded.ts';
import { enrolmentPolicy } from './enrollment/policy.ts';
import { EnrolmentService } from './enrollment/service.ts';
import { networkAddresses } from './http/addresses.ts';
import { createApp } from './http/app.ts';
import { loadCertificate } from './http/certificate.ts';
import { listen } from './http/listen.ts';
import { createLog } from './log.ts';
import { MediaServer } from './media/media-server.ts';
import { ConsentService } from './people/consent-service.ts';
import { ConsentTexts } from './people/consent-texts.ts';
import { formerPack } from './people/former-pack.ts';
import { PersonKeys } from './people/person-keys.ts';
import { PassService } from './people/pass-service.ts';
import { PeopleFeed } from './people/people-feed.ts';
import { PeopleService } from './people/people-service.ts';
import { PersonalData } from './people/personal-data.ts';
import { punchByPass } from './people/punch-by-pass.ts';
import { Retention } from './people/retention.ts';
import { peopleOfOtherContracts } from './people/reenrolment.ts';
import { TemplateStore } from './people/template-store.ts';
import { AccountService } from './security/account-service.ts';
import { Authenticator } from './security/authenticator.ts';
import { addressReader } from './security/client-address.ts';
import { DeviceService } from './security/device-service.ts';
import { KeyRing } from './security/key-ring.ts';
import { keySource } from './security/key-source.ts';
import { openKeyStore } from './security/key-store.ts';
import { OidcSignIn } from './security/oidc/oidc-sign-in.ts';
import { originCheck } from './security/origins.ts';
import { SignalingServer } from './signaling/signaling-server.ts';
import { livenessInForce } from './vision/liveness-pack.ts';
import { loadPack, ratesOf, thresholdAt, verifyPack } from './vision/pack.ts';

const CLIENT = path.resolve(import.meta.dirname, '../dist/client');
/** How often `lastSeen` of the connected devices is written, ms. */
const ROLL_CALL = 60_000;
/** An orderly end takes this long at most, ms: below what service managers allow before they kill. */
const STOP_BUDGET = 20_000;

async function start(config: Config, opened: AsyncDisposableStack): Promise<void> {
  const log = createLog(config.logLevel);
  const fatal = (event: string, error: unknown) => {
    log.fatal({ event, err: error });
    process.exitCode = 1;
    process.emit('SIGTERM');
  };
  process.on('uncaughtException', (error) => fatal('uncaught-exception', error));
  process.on('unhandledRejection', (error) => fatal('unhandled-rejection', error));

  // The ports first: the commonest fault should be the quickest told.
  await mkdir(config.dataDir, { recursive: true });
  const certificate = await loadCertificate({
    dataDir: config.dataDir,
    ...config.https,
    hosts: [os.hostname(), ...(config.media.announce === undefined ? [] : [config.media.announce])],
  });
  const doors = await listen({
    http: config.http,
    https: { ...config.https, ...certificate },
    perAddress: config.connectionsPerAddress,
    log,
  });
  opened.defer(() => doors.close());

  const pack = await loadPack(config.models.pack);
  await verifyPack(pack, config.models.cacheDir);
  thresholdAt(pack.thresholds, config.models.far);
  if (!pack.verified) log.warn({ event: 'pack.unverified', pack: pack.id });
  const liveness = await livenessInForce(config.models.liveness, config.models.cacheDir);
  if (config.models.liveness === undefined && !liveness.installed) {
    const remedy = 'npm run models -- install minifasnet';
    log.warn({ event: 'liveness.off', remedy }, 'liveness | a picture of a person passes for that person');
  }
  const { contract } = pack;

  let { url } = config.database;
  if (url === undefined) {
    const embedded = await EmbeddedDatabase.start({
      dataDir: config.dataDir,
      port: config.database.port,
      log,
      onDown: (error) => fatal('database.down', error),
    });
    opened.defer(() => embedded.close());
    ({ url } = embedded);
  }
  const database = await Database.open({ url, log });
  opened.defer(() => database.close());
  const anchor = await AnchorKeeper.start({ database, dataDir: config.dataDir, log });
  opened.defer(() => anchor.close());

  const elsewhere = await peopleOfOtherContracts(database, contract);
  const former = await formerPack({
    wish: config.models.former,
    people: elsewhere,
    cacheDir: config.models.cacheDir,
    log,
  });
  const contracts = { contract, former: former?.contract ?? null };

  const keys = await KeyRing.open({ database, source: keySource(config), log });
  opened.defer(() => keys.close());
  await keys.announce();
  const keyStore = await openKeyStore(config, log);
  opened.defer(() => keyStore.close());
  const personKeys = await PersonKeys.create({ database, keys, store: keyStore, log });
  const consentTexts = await ConsentTexts.open({ database, dataDir: config.dataDir });
  const templates = new TemplateStore({ database, personKeys, consentTexts, log, ...contracts });
  opened.defer(() => templates.close());
  const confirmRemoval = (personId: string) => {
    enrolment.forget(personId);
    return analyzers.confirmRemoval(personId);
  };
  const consents = new ConsentService({ database, templates, texts: consentTexts, confirmRemoval, log });
  const feed = await PeopleFeed.open({ database, onChange: (personId) => people.refresh(personId), log });
  opened.defer(() => feed.close());
  const people = await PeopleService.create({
    database,
    templates,
    consentTexts,
    confirmRemoval,
    log,
    ...contracts,
  });
  const reenrol = {
    people: await people.reenrol(),
    recognised: former ? (elsewhere.get(former.contract) ?? 0) : 0,
  };
  if (reenrol.people > 0) {
    log.warn(
      { event: 'people.reenrol', ...reenrol, pack: pack.id, former: former?.id ?? null },
      former
        ? 'people | to be enrolled again; until then each face is embedded twice'
        : 'people | to be enrolled again; until then not recognised, or less surely',
    );
  }
  const passes = new PassService({ database, keys, log });
  const personalData = new PersonalData({ database, consents, passes, personKeys, log });
  const retention = new Retention({ database, templates, keep: config.keepDays, log });
  retention.start();
  opened.defer(() => retention.close());
  const attendance = new AttendanceService({ database, log, defaults: config.attendance });
  const evidence = new EvidenceStore({ database, personKeys, keepDays: config.keepDays.evidence, log });
  const accounts = await AccountService.create({
    database,
    keys,
    log,
    sessionIdle: config.session.idle,
    sessionLife: config.session.life,
  });
  opened.defer(() => accounts.close());
  const defaults = { ...config.attendance, minFace: config.analyzer.minFace };
  const devices = await DeviceService.create({ database, keys, log, defaults });
  const authenticator = new Authenticator({ accounts, devices });
  const { sessions } = accounts;
  const onchanged = (accountId: string) => accounts.emit('signed.out', { accountId });
  const oidc =
    config.oidc && new OidcSignIn({ settings: config.oidc, database, keys, sessions, onchanged, log });
  const originAllowed = originCheck(config.origins);
  const readAddress = addressReader(config.proxies);

  const media = await MediaServer.create({ config: config.media, analysis: config.analyzer, log });
  opened.defer(() => media.close());
  const analyzers = await AnalyzerPool.create({
    config,
    former: former?.id ?? null,
    minFaces: (await devices.list()).filter((d) => d.revokedAt === null).map((d) => d.settings.minFace),
    log,
    liveness: liveness.policy,
    loadGallery: () => templates.loadGallery(),
  });
  opened.defer(() => analyzers.close());
  templates.on('gallery.changed', ({ personId, entry }) =>
    entry ? analyzers.upsert(entry) : analyzers.remove(personId),
  );
  // Not before: what was done elsewhere while the galleries were loading would be told to nobody.
  feed.start();

  const enrolment = new EnrolmentService({
    people: { get: (id) => people.candidate(id) },
    templates,
    search: (of, embeddings, limit) => analyzers.search(of, embeddings, limit),
    contract,
    former: contracts.former,
    policy: enrolmentPolicy({ thresholds: pack.thresholds, far: config.models.far, ...config.enrolment }),
    log,
  });
  opened.defer(() => enrolment.close());

  // A sighting becomes a punch; what it came to goes to the station that saw it.
  const inbox = new SightingInbox({
    log,
    reachable: () => database.healthy(),
    deliver: async (sighting) => {
      const device = await devices.get(sighting.cameraId);
      if (!device) return;
      const { deviceId, name, settings } = device;
      const { crop, ...seen } = sighting;
      const event = await attendance.record(seen, { id: deviceId, name, settings });
      if (device.device === 'station') media.sendEvent(deviceId, event);
      if (crop) await evidence.keep(seen, crop);
    },
  });
  opened.defer(() => inbox.close());

  const { cameras } = media;
  cameras.on('camera.added', (camera) => analyzers.watch(camera.feed));
  cameras.on('camera.removed', (camera) => analyzers.unwatch(camera.id));
  analyzers.on('camera.stats', (stats, analyzer) =>
    cameras.get(stats.cameraId)?.updateAnalysis(stats, analyzer),
  );
  analyzers.on('sighting', (sighting) => inbox.add(sighting));
  analyzers.on('observation', (observation) => {
    for (const face of observation.faces) if (face.personId) face.name = people.nameOf(face.personId);
    cameras.get(observation.camera)?.sendResult(observation);
  });
  analyzers.on('capture', (capture) => {
    const progress = enrolment.accept(capture);
    if (progress) cameras.get(capture.cameraId)?.sendResult(progress);
  });
  enrolment.on('progress', (progress) => cameras.get(`enrol-${progress.enrolment}`)?.sendResult(progress));

  const signaling = await SignalingServer.create({
    servers: doors.servers,
    path: '/socket',
    authenticate: (request) => authenticator.authenticate(request, { touch: false }),
    originAllowed,
    readAddress,
    media,
    enrolment,
    identify: (station, request) => punchByPass({ passes, attendance }, station, request),
    knownCameras: () => devices.cameras,
    log,
  });
  opened.defer(() => signaling.close());
  accounts.on('signed.out', ({ accountId }) => signaling.recheckAccount(accountId));
  devices.on('device.revoked', ({ deviceId }) => signaling.disconnectDevice(deviceId));
  devices.on('device.changed', (device) => {
    signaling.pushDevice(device);
    cameras.get(device.deviceId)?.lookFor(device.settings.minFace);
    analyzers.changed(device.deviceId);
  });
  const roll = setInterval(() => {
    devices.seen(signaling.devices).catch((error: unknown) => log.warn({ event: 'roll.failed', err: error }));
  }, ROLL_CALL);
  opened.defer(() => clearInterval(roll));

  const addresses = networkAddresses({
    host: config.https.host,
    port: doors.httpsPort,
    origins: config.origins,
    announce: config.media.announce,
  });
  doors.serve(
    createApp({
      log,
      database,
      dataDir: config.dataDir,
      accounts,
      devices,
      authenticator,
      originAllowed,
      readAddress,
      origins: config.origins,
      oidc,
      trusted: !certificate.selfSigned,
      addresses,
      people,
      consents,
      passes,
      personalData,
      retention,
      attendance,
      evidence,
      recognition: () => ({
        pack: { id: pack.id, title: pack.title, verified: pack.verified },
        far: config.models.far,
        available: ratesOf(pack.thresholds),
        liveness,
        analyzers: analyzers.executions(),
      }),
      health: {
        analyzers: () => analyzers.status(),
        mediaWorkers: () => ({ up: media.workers.up, of: media.workers.of }),
        cameras: () => cameras.size,
      },
      client: process.env['MUSTER_DEV'] ? await viteMiddleware(opened) : { directory: CLIENT },
    }),
  );
  const { selfSigned } = certificate;
  const setupToken = accounts.takeSetupToken();
  process.stdout.write(banner({ httpPort: doors.httpPort, addresses, selfSigned, setupToken, reenrol }));
}

/** Development only: the client from its sources, reloaded on change. */
async function viteMiddleware(opened: AsyncDisposableStack): Promise<{ middleware: RequestHandler }> {
  const vite = await import('vite');
  const server = await vite.createServer({
    configFile: path.resolve(import.meta.dirname, '../config/vite.ts'),
    // Written out first, as Vite would by default, the configuration is a changed file to `node --watch`: an endless restart.
    configLoader: 'native',
    server: { middlewareMode: true },
    appType: 'spa',
  });
  opened.defer(() => server.close());
  return { middleware: server.middlewares };
}

/** Variables that the database, the media workers and the analyzers must not inherit. */
const SECRETS = ['MUSTER_MASTER_KEY', 'MUSTER_KEY_STORE', 'DATABASE_URL', 'MUSTER_OIDC_CLIENT_SECRET'];

const opened = new AsyncDisposableStack();
let stopping: Promise<void> | null = null;
const stop = () => {
  setTimeout(() => process.exit(1), STOP_BUDGET).unref();
  return (stopping ??= opened.disposeAsync().finally(() => process.exit()));
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
// Whoever forked this process is gone: do not stay behind.
process.on('disconnect', () => void stop());

try {
  const config = loadConfig(process.env);
  for (const secret of SECRETS) delete process.env[secret];
  await start(config, opened);
} catch (error) {
  // A signal during the start closes what the start still wants: that is no fault.
  if (!stopping) {
    process.stderr.write(`Muster cannot start. ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  await stop();
}
