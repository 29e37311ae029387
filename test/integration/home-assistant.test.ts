/** The recipe for Home Assistant, beside a real broker that goes away and comes back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewApiTokenView } from '#protocol/tokens.ts';
import { addEvents } from '../../server/outbox/add-event.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { hasProgram, needsProgram, programPath } from '../support/programs.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';

const RECIPE = path.resolve(import.meta.dirname, '../../docs/recipes/home-assistant.mjs');

describe.skipIf(!hasProgram('mosquitto'))(
  `the recipe for Home Assistant (${needsProgram('mosquitto')})`,
  () => {
    let services: DataServices;
    let rest: RestServer;
    let owner: Browser;
    let folder: string;
    let port: number;
    let broker: ChildProcess;
    let recipe: ChildProcess;
    let client: MqttClient;
    /** What the broker keeps, as a Home Assistant that connects now would get it. */
    const kept = new Map<string, string>();

    async function startBroker(): Promise<void> {
      broker = spawn(programPath('mosquitto'), ['-c', path.join(folder, 'mosquitto.conf')], {
        stdio: 'ignore',
      });
      await once(broker, 'spawn');
    }

    async function startRecipe(env: Record<string, string> = {}): Promise<void> {
      const scopes = ['events:read', 'presence:read', 'devices:read'];
      const { secret } = await owner.json<NewApiTokenView>('POST', '/api/v1/tokens', {
        name: 'Home',
        scopes,
        days: 1,
      });
      const connection = {
        MUSTER: `${rest.origin}/api/v1`,
        TOKEN: secret,
        MQTT: `mqtt://127.0.0.1:${port}`,
      };
      recipe = spawn(process.execPath, [RECIPE], { env: { ...connection, ...env }, stdio: 'inherit' });
      await once(recipe, 'spawn');
    }

    async function arrives(name: string): Promise<void> {
      const { id } = await services.addPerson({ givenName: name });
      const { sites } = await owner.json<{ sites: { id: string }[] }>('GET', '/api/v1/sites');
      const { number } = (await services.people.get(id))!;
      const [date, time] = new Date().toISOString().split('T');
      const punch = {
        kind: 'add',
        number,
        siteId: sites[0]!.id,
        date,
        time: time!.slice(0, 5),
        says: 'in',
        reason: 'A test',
      };
      await owner.json('POST', '/api/v1/corrections', punch);
    }

    const present = () =>
      JSON.parse(kept.get('muster/present') ?? '{}') as { count?: number; names?: string[] };

    beforeAll(async () => {
      services = await openDataServices({ env: { MUSTER_TIME_ZONE: 'UTC', MUSTER_DAY_TURNS_AT: '0' } });
      services.outbox.start();
      rest = await RestServer.start(services);
      owner = await rest.staff();
      const probe = createServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      const address = probe.address();
      port = typeof address === 'object' && address ? address.port : 0;
      probe.close();
      folder = await mkdtemp(path.join(os.tmpdir(), 'muster-mqtt-'));
      // Nothing is written down: a broker that restarts has forgotten everything.
      await writeFile(
        path.join(folder, 'mosquitto.conf'),
        `listener ${port} 127.0.0.1\nallow_anonymous true\n`,
      );
      await startBroker();
      client = connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 200 });
      client.on('error', () => {});
      client.on('message', (topic, payload) => kept.set(topic, payload.toString()));
      await client.subscribeAsync(['muster/#', 'homeassistant/#'], { qos: 1 });
      await startRecipe();
    });
    afterAll(async () => {
      recipe?.kill('SIGKILL');
      await client?.endAsync(true);
      broker?.kill();
      rest?.stop();
      await services?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    it('announces what there is, counts who is in as it happens, and publishes no names by itself', async () => {
      await expect.poll(() => kept.get('muster/status')).toBe('online');
      expect(JSON.parse(kept.get('homeassistant/sensor/muster/present/config')!)).toMatchObject({
        unique_id: 'muster_present',
        state_topic: 'muster/present',
        availability_topic: 'muster/status',
      });
      await arrives('Grace');
      await expect.poll(present).toEqual({ count: 1, names: [] });
    });

    it('shows a station with its name, and whether it is connected', async () => {
      await rest.station(owner);
      const { devices } = await owner.json<{ devices: { id: string }[] }>('GET', '/api/v1/devices');
      const station = devices[0]!.id;
      const happens = (type: 'device.up' | 'device.down') =>
        services.database.transaction((em) => addEvents(em, [{ type, subject: { device: station } }]));
      await happens('device.up');
      await expect.poll(() => kept.get(`muster/device/${station}`)).toBe('ON');
      expect(JSON.parse(kept.get(`homeassistant/binary_sensor/muster/${station}/config`)!)).toMatchObject({
        name: 'Front door',
        device_class: 'connectivity',
      });
      await happens('device.down');
      await expect.poll(() => kept.get(`muster/device/${station}`)).toBe('OFF');
    });

    it('a broker that restarts gets everything again, as it is then', async () => {
      const gone = once(broker, 'exit');
      broker.kill('SIGKILL');
      await gone;
      kept.clear();
      await arrives('Rosa');
      await startBroker();
      await expect.poll(() => kept.get('muster/status')).toBe('online');
      await expect.poll(present).toEqual({ count: 2, names: [] });
      expect([...kept.keys()].filter((topic) => topic.startsWith('homeassistant/'))).toHaveLength(2);
    });

    it('the broker says that it is gone, and names are published where that is asked for', async () => {
      recipe.kill('SIGKILL');
      await expect.poll(() => kept.get('muster/status')).toBe('offline');
      await startRecipe({ NAMES: 'publish' });
      await expect.poll(() => kept.get('muster/status')).toBe('online');
      await expect.poll(() => present().names?.toSorted()).toEqual(['Grace Hopper', 'Rosa Hopper']);
    });
  },
);
