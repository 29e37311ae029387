/** A person walks past an IP camera: from a real RTSP server to the punch, by the whole server and without a browser. */
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConsentTextsView } from '#protocol/consents.ts';
import type { DeviceView } from '#protocol/devices.ts';
import { Database } from '../../server/db/database.ts';
import { h264Clip } from '../fixtures/clips.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { PASSWORD } from '../support/data-services.ts';
import { giveTemplates } from '../support/known-person.ts';
import { MusterServer } from '../support/muster-server.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { Browser } from '../support/rest-server.ts';
import { RtspServer } from '../support/rtsp-server.ts';

const lacks = !hasProgram('ffmpeg') || !hasProgram('gst-rtsp-server');

describe.skipIf(lacks)(`an IP camera (${needsProgram('ffmpeg')}, ${needsProgram('gst-rtsp-server')})`, () => {
  let database: TestDatabase;
  let server: MusterServer;
  let camera: RtspServer;
  let owner: Browser;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    server = await MusterServer.start({
      databaseUrl: database.url,
      env: { MUSTER_RTSP_ALLOW: '127.0.0.0/8' },
    });
    owner = new Browser(server.url);
    const first = { username: 'ada', name: 'Ada', password: PASSWORD, token: server.setupToken };
    await owner.json('POST', '/api/v1/setup', first);
    camera = await RtspServer.start({
      file: await h264Clip({ clip: 'cap13', from: 0, to: 20, fps: 15, width: 640, height: 480 }),
      user: 'viewer',
      password: 'a secret',
    });
  }, 120_000);

  afterAll(async () => {
    await server?.close();
    await camera?.kill();
    await database?.drop();
  });

  /** Alan's face, from another take than the camera shows. */
  async function enroll(): Promise<string> {
    const { id } = await owner.json<{ id: string }>('POST', '/api/v1/people', {
      number: 'E-1',
      givenName: 'Alan',
      familyName: 'Adams',
    });
    const { version, texts } = await owner.json<ConsentTextsView>('GET', '/api/v1/consent-texts');
    const consent = { version, language: texts[0]!.language, method: 'in-person' };
    await owner.json('POST', `/api/v1/people/${id}/consents`, consent);
    await giveTemplates(server, id, { clip: 'cap12', from: 19, to: 31 });
    return id;
  }

  it('recognizes whoever walks past, and books it', async () => {
    const person = await enroll();
    const device = await owner.json<DeviceView>('POST', '/api/v1/devices/rtsp', {
      name: 'Yard',
      address: camera.address,
      user: 'viewer',
      password: 'a secret',
    });
    expect(JSON.stringify(device)).not.toContain('a secret');
    const pool = await Database.open({ url: database.url, log: pino({ level: 'silent' }), migrate: false });
    try {
      const punch = await vi.waitFor(
        async () => {
          const [found] = await pool
            .fork()
            .execute<{ person_id: string; device_id: string }[]>('select person_id, device_id from punch');
          if (!found) throw new Error(`nobody was booked:\n${server.output.slice(-20).join('\n')}`);
          return found;
        },
        { timeout: 60_000, interval: 250 },
      );
      expect(punch).toEqual({ person_id: person, device_id: device.id });
    } finally {
      await pool.close();
    }
    const { rtsp } = await owner.json<DeviceView>('GET', `/api/v1/devices/${device.id}`);
    expect(rtsp).toMatchObject({ state: 'running', problem: null });
    expect(server.output.join('\n')).not.toContain('a secret');
    expect((await owner.send('DELETE', `/api/v1/devices/${device.id}`)).status).toBe(204);
  }, 120_000);
});
