/** Analyzers in processes of their own over a real broker: media, models, faces and faults as between hosts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { AnalyzerPool } from '../../server/analyzer/analyzer-pool.ts';
import { openBroker } from '../../server/broker/broker.ts';
import { analyzerUser, inboxOf, SERVER_INBOX, serverUser } from '../../server/broker/permissions.ts';
import { Fleet } from '../../server/fleet/fleet.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { GalleryEntry, Sighting } from '#protocol/analyzer.ts';
import { subjects } from '#protocol/fleet.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { clips } from '../fixtures/pictures.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { NatsServer } from '../support/nats-server.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { loadRtpClip, RtpCamera } from '../support/rtp-publisher.ts';

const log = pino({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' });
const env = {
  MUSTER_CHALLENGE: 'never',
  MUSTER_ANALYZERS: '0',
  MUSTER_VISION_THREADS: '1',
  MUSTER_LOG_LEVEL: process.env['MUSTER_TEST_LOG'] ?? 'silent',
  MUSTER_MODEL_CACHE: process.env['MUSTER_MODEL_CACHE'] ?? '',
  MUSTER_MODEL_PACK: 'faceplugin',
  MUSTER_FORMER_MODEL_PACK: 'none',
  MUSTER_NATS_ALLOW_OLD: '1',
  MUSTER_ANALYZER_HEALTH_PORT: '0',
};

describe.skipIf(!hasProgram('nats-server'))(
  `analyzers on other hosts (${needsProgram('nats-server')})`,
  () => {
    let broker: NatsServer;
    let nats: NatsConnection;
    let slot: RouterSlot;
    let pool: AnalyzerPool;
    let fleet: Fleet;
    let camera: RtpCamera;
    let gallery: GalleryEntry[];
    const analyzers = new Map<string, ChildProcess>();
    const sightings: { sighting: Sighting; safe: () => void }[] = [];
    /** Stands for the audit trail: everybody who was changed, in order. */
    const trail: string[] = [];
    /** Which one sent the last figures of a camera. */
    let analyzing: string | null = null;

    function startAnalyzer(name: string): void {
      const child = spawn(process.execPath, ['server/analyzer-host.ts'], {
        env: {
          ...process.env,
          ...env,
          DATABASE_URL: '',
          MUSTER_NATS_URL: broker.url,
          MUSTER_NATS_SEED_FILE: broker.seedFile(name),
          MUSTER_ANALYZER_NAME: name,
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      analyzers.set(name, child);
    }

    const stateOf = (name: string) => fleet.members.find((member) => member.name === name)?.state;
    const isReady = (name: string) =>
      vi.waitFor(() => expect(stateOf(name)).toBe('ready'), { timeout: 60_000, interval: 100 });
    const watcher = () => pool.list().find(({ cameras }) => cameras.length > 0)?.name;
    const other = (name: string) => [...analyzers.keys()].find((one) => one !== name)!;

    /** Resolves once the camera's face is in the state, as an analyzer reports from now on. */
    const until = (cameraId: string, state: string) =>
      new Promise<void>((resolve) => {
        pool.on('observation', function listener(observation) {
          if (observation.camera !== cameraId || !observation.faces.some((face) => face.state === state))
            return;
          pool.off('observation', listener);
          resolve();
        });
      });

    function watch(cameraId: string): void {
      const options = { cameraId, purpose: 'check-in', rate: 10, minFace: 0.1 } as const;
      pool.watch(new ProducerSource({ producer: camera.producer, slot, watch: options }));
    }

    beforeAll(async () => {
      const pack = await loadPack('faceplugin');
      const config = loadConfig({ ...env, MUSTER_NATS_URL: 'nats://127.0.0.1:1' });
      const engine = await createEngine(pack, config.models.cacheDir);
      const embeddings = await embeddingsOf(engine, clips.franck.file, { from: 20, to: 26 });
      await engine.close();
      gallery = [{ personId: 'man-b', contract: pack.contract, embeddings }];
      broker = await NatsServer.start({
        server: serverUser,
        one: (key) => analyzerUser('one', key),
        two: (key) => analyzerUser('two', key),
      });
      startAnalyzer('one');
      startAnalyzer('two');
      slot = await RouterSlot.create({
        workerBin: mediaWorkerBin(),
        listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
        log,
      });
      const size = { width: 640, height: 480, fps: 15 };
      const clip = await vp8Clip({ clip: 'franck', from: 10, to: 14, boomerang: true, ...size });
      camera = await RtpCamera.open({ router: slot.router, clip: await loadRtpClip(clip, 15), ssrc: 1_000 });
      pool = await AnalyzerPool.create({ config, log, loadGallery: async () => gallery });
      pool.on('camera.stats', (_stats, name) => (analyzing = name));
      nats = await openBroker({
        url: broker.url,
        seedFile: broker.seedFile('server'),
        ca: null,
        allowOld: true,
        name: 'test',
        inbox: SERVER_INBOX,
        log,
      });
      fleet = await Fleet.open({
        nats,
        server: randomUUID(),
        pool,
        changes: {
          get revision() {
            return trail.length;
          },
          peopleSince: async (revision) => trail.slice(revision),
        },
        contract: pack.contract,
        former: null,
        onSighting: (sighting, safe) => sightings.push({ sighting, safe }),
        log,
      });
      await isReady('one');
      await isReady('two');
    }, 120_000);

    afterAll(async () => {
      await fleet?.close();
      await pool?.close();
      camera?.close();
      await slot?.close();
      for (const child of analyzers.values()) child.kill('SIGKILL');
      await nats?.close();
      await broker?.close();
    });

    it('a person is recognized by one of them, and the sighting waits in the queue, also while the broker is away', async () => {
      const from = Date.now();
      watch('door-1');
      await until('door-1', 'recognized');
      await expect.poll(() => sightings.length, { timeout: 10_000 }).toBe(1);
      const [first] = sightings;
      expect(first!.sighting).toMatchObject({ personId: 'man-b', cameraId: 'door-1' });
      expect(first!.sighting.at).toBeGreaterThan(from - 1_000);
      expect(first!.sighting.at).toBeLessThan(Date.now() + 1_000);
      await broker.down();
      await broker.up();
      // It was not acknowledged, so it comes again; and then never again.
      await expect.poll(() => sightings.length, { timeout: 40_000 }).toBeGreaterThan(1);
      expect(new Set(sightings.map(({ sighting }) => sighting.id)).size).toBe(1);
      for (const { safe } of sightings) safe();
      await isReady('one');
      await isReady('two');
    });

    it('an analyzer that is killed loses its camera to the other one', async () => {
      await until('door-1', 'recognized');
      const name = watcher()!;
      analyzers.get(name)!.kill('SIGKILL');
      await expect.poll(watcher, { timeout: 10_000 }).toBe(other(name));
      await until('door-1', 'recognized');
      // Figures come every few seconds, and the last ones may be of the dead one.
      await expect.poll(() => analyzing, { timeout: 20_000 }).toBe(other(name));
      startAnalyzer(name);
      await isReady(name);
      // The dead one was let go at once, and nothing came twice under another name.
      for (const { sighting, safe } of sightings) {
        expect(sighting.personId).toBe('man-b');
        safe();
      }
    });

    it('an analyzer that stands still loses its camera, and a removal is confirmed once it is back', async () => {
      // Another camera: one whose analyzer died just now has to wait after a second one.
      pool.unwatch('door-1');
      watch('door-2');
      await until('door-2', 'recognized');
      const name = watcher()!;
      const frozen = analyzers.get(name)!;
      frozen.kill('SIGSTOP');
      await expect.poll(watcher, { timeout: 10_000 }).toBe(other(name));
      await until('door-2', 'recognized');
      for (const { safe } of sightings) safe();
      gallery = [];
      trail.push('man-b');
      pool.remove('man-b');
      fleet.changed('man-b', true);
      const removal = pool.confirmRemoval('man-b');
      await until('door-2', 'unknown');
      frozen.kill('SIGCONT');
      expect(await removal).toMatchObject({ analyzers: 2, expired: 0, everywhere: true });
      pool.unwatch('door-2');
    });

    it('no analyzer hears or speaks for another one', async () => {
      const denied: string[] = [];
      const one = await openBroker({
        url: broker.url,
        seedFile: broker.seedFile('one'),
        ca: null,
        allowOld: true,
        name: 'intruder',
        inbox: inboxOf('one'),
        log,
      });
      void (async () => {
        for await (const status of one.status()) {
          if (status.type === 'error') denied.push(status.error.message);
        }
      })();
      const heard: string[] = [];
      const forbidden = [
        subjects.command('two', '*'),
        subjects.news('*', 'two'),
        `${inboxOf('two')}.>`,
        `${SERVER_INBOX}.>`,
        subjects.gallery('two'),
        '>',
      ];
      for (const subject of forbidden) {
        one.subscribe(subject, { callback: (error, message) => void (error ?? heard.push(message.subject)) });
      }
      const unspeakable = [
        subjects.beat('two'),
        subjects.news(randomUUID(), 'two'),
        subjects.gallery('two'),
        subjects.galleryChanged,
        subjects.serverBeat(randomUUID()),
        subjects.sighting(randomUUID(), 'two'),
        subjects.command('two', randomUUID()),
        '$JS.API.STREAM.PURGE.SIGHTINGS',
      ];
      for (const subject of unspeakable) one.publish(subject, new Uint8Array());
      await one.flush();
      await expect.poll(() => denied.length, { timeout: 5_000 }).toBe(forbidden.length + unspeakable.length);
      for (const subject of [...forbidden, ...unspeakable]) {
        expect(denied.filter((message) => message.includes(`"${subject}"`))).not.toEqual([]);
      }
      expect(heard).toEqual([]);
      await one.close();
    });

    it('an analyzer that is told to end gives its camera away first', async () => {
      const name = 'one';
      const child = analyzers.get(name)!;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      expect((await exit)[0]).toBe(0);
      await expect
        .poll(() => fleet.members.map((member) => member.name), { timeout: 5_000 })
        .toEqual(['two']);
    });
  },
);
