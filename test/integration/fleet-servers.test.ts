/**
 * Two servers as a user starts them, and one analyzer on another host, over a broker with TLS: from an IP camera to the punch,
 * and what a server leaves that is killed. Each test depends on the ones before it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Sighting } from '#protocol/analyzer.ts';
import type { ConsentTextsView } from '#protocol/consents.ts';
import type { DeviceView } from '#protocol/devices.ts';
import { serverBeat, subjects, WIRE } from '#protocol/fleet.ts';
import type { RecognitionView } from '#protocol/recognition.ts';
import { openBroker } from '../../server/broker/broker.ts';
import { decode, encode } from '../../server/broker/codec.ts';
import { analyzerUser, inboxOf, SERVER_INBOX, serverUser } from '../../server/broker/permissions.ts';
import { Database } from '../../server/db/database.ts';
import { h264Clip } from '../fixtures/clips.ts';
import { PASSWORD } from '../support/data-services.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { giveTemplates } from '../support/known-person.ts';
import { MusterServer } from '../support/muster-server.ts';
import { NatsServer } from '../support/nats-server.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { Browser } from '../support/rest-server.ts';
import { RtspServer } from '../support/rtsp-server.ts';

const NEEDED = ['nats-server', 'ffmpeg', 'gst-rtsp-server'] as const;
const HALL = 'hall-1';
const log = pino({ level: 'silent' });

describe.skipIf(!NEEDED.every(hasProgram))(
  `two servers and an analyzer on another host (${NEEDED.map(needsProgram).join(', ')})`,
  () => {
    let own: TestDatabase;
    let database: Database;
    let broker: NatsServer;
    let camera: RtspServer;
    let analyzer: ChildProcess;
    let a: MusterServer;
    let b: MusterServer;
    let owner: Browser;
    /** As a server hears it. */
    let ear: NatsConnection;
    let person: string;
    let yard: string;
    const opened: NatsConnection[] = [];

    const connection = async (user: string, inbox: string) => {
      const nats = await openBroker({
        url: broker.url,
        seedFile: broker.seedFile(user),
        ca: broker.caFile,
        allowOld: true,
        name: 'test',
        inbox,
        log,
      });
      opened.push(nats);
      return nats;
    };

    beforeAll(async () => {
      [own, broker, camera] = await Promise.all([
        createTestDatabase({ migrated: true }),
        NatsServer.start({ server: serverUser, [HALL]: (key) => analyzerUser(HALL, key) }, { tls: true }),
        RtspServer.start({
          file: await h264Clip({ clip: 'cap13', from: 0, to: 20, fps: 15, width: 640, height: 480 }),
        }),
      ]);
      database = await Database.open({ url: own.url, log, migrate: false });
      const env = {
        MUSTER_MASTER_KEY: randomBytes(32).toString('base64'),
        MUSTER_ANALYZERS: '0',
        MUSTER_NATS_URL: broker.url,
        MUSTER_NATS_CA: broker.caFile,
        MUSTER_NATS_SEED_FILE: broker.seedFile('server'),
        MUSTER_NATS_ALLOW_OLD: '1',
        MUSTER_RTSP_ALLOW: '127.0.0.0/8',
      };
      const start = () => MusterServer.start({ databaseUrl: own.url, env });
      [a, b] = await Promise.all([start(), start()]);
      // Without a database address and a master key, as on its own host.
      const { DATABASE_URL: _, ...rest } = process.env;
      analyzer = spawn(process.execPath, ['server/analyzer-host.ts'], {
        env: {
          ...rest,
          MUSTER_NATS_URL: broker.url,
          MUSTER_NATS_CA: broker.caFile,
          MUSTER_NATS_SEED_FILE: broker.seedFile(HALL),
          MUSTER_NATS_ALLOW_OLD: '1',
          MUSTER_ANALYZER_NAME: HALL,
          MUSTER_ANALYZER_HEALTH_PORT: '0',
          MUSTER_LOG_LEVEL: 'silent',
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      owner = new Browser(a.url);
      const first = { username: 'ada', name: 'Ada', password: PASSWORD, token: a.setupToken };
      await owner.json('POST', '/api/v1/setup', first);
      const somebody = { number: 'E-1', givenName: 'Alan', familyName: 'Adams' };
      person = (await owner.json<{ id: string }>('POST', '/api/v1/people', somebody)).id;
      const { version, texts } = await owner.json<ConsentTextsView>('GET', '/api/v1/consent-texts');
      const consent = { version, language: texts[0]!.language, method: 'in-person' };
      await owner.json('POST', `/api/v1/people/${person}/consents`, consent);
      await giveTemplates(a, person, { clip: 'cap12', from: 19, to: 31 });
      ear = await connection('server', SERVER_INBOX);
    }, 180_000);

    afterAll(async () => {
      await Promise.all(opened.map((nats) => nats.close()));
      analyzer?.kill('SIGKILL');
      await Promise.all([a?.close(), b?.close(), camera?.kill()]);
      await broker?.close();
      await database?.close();
      await own?.drop();
    });

    /** The same owner at another server. */
    function at({ url }: MusterServer): Browser {
      const other = new Browser(url);
      for (const [name, value] of owner.cookies) other.cookies.set(name, value);
      return other;
    }

    const booked = () =>
      database
        .fork()
        .execute<{ person_id: string; device_id: string; sighting_id: string }[]>(
          'select person_id, device_id, sighting_id from punch order by at',
        );

    /** The ids of the servers that are heard within a second. */
    async function beating(): Promise<Set<string>> {
      const heard = new Set<string>();
      const beats = ear.subscribe(subjects.serverBeat('*'));
      void (async () => {
        for await (const { data } of beats) heard.add(serverBeat.parse(decode(data)).server);
      })();
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      beats.unsubscribe();
      return heard;
    }

    it('both servers show the analyzer once it knows everybody', async () => {
      for (const server of [a, b]) {
        await vi.waitFor(
          async () => {
            const { hosts } = await at(server).json<RecognitionView>('GET', '/api/v1/recognition');
            expect(hosts).toMatchObject([{ name: HALL, state: 'ready', people: 1 }]);
          },
          { timeout: 60_000, interval: 250 },
        );
      }
    });

    it('who walks past an IP camera is recognized there, and booked once', async () => {
      const device = await owner.json<DeviceView>('POST', '/api/v1/devices/rtsp', {
        name: 'Yard',
        address: camera.address,
      });
      yard = device.id;
      await expect
        .poll(booked, { timeout: 60_000, interval: 250 })
        .toMatchObject([{ person_id: person, device_id: yard }]);
    });

    it('what waits in the queue of a server that was killed is booked by the other one', async () => {
      const before = await beating();
      await a.down('SIGKILL');
      await vi.waitFor(async () => expect((await beating()).size).toBe(1), { timeout: 10_000 });
      const alive = await beating();
      const left = [...before].find((id) => !alive.has(id));
      // The analyzer of that host had seen somebody at the moment of the kill, an hour ago.
      const sighting: Sighting = {
        id: `${randomUUID()}/${yard}/1/${person}`,
        cameraId: yard,
        track: 1,
        personId: person,
        at: Date.now() - 3_600_000,
        similarity: 0.8,
        margin: 0.5,
        frames: 3,
        live: null,
      };
      const hall = await connection(HALL, inboxOf(HALL));
      const data = encode({ v: WIRE, analyzer: HALL, sighting });
      const queue = jetstream(hall);
      await queue.publish(subjects.sighting(left!, HALL), data, { msgID: sighting.id });
      await expect
        .poll(async () => (await booked()).filter((punch) => punch.sighting_id === sighting.id), {
          timeout: 40_000,
          interval: 500,
        })
        .toMatchObject([{ person_id: person, device_id: yard }]);
      expect(b.output.join('\n')).toContain('"event":"sightings.taken-over"');
    }, 90_000);
  },
);
