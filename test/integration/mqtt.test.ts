/**
 * Two whole servers on one database beside a real broker: who is in and which stations are connected, as Home Assistant reads it,
 * while servers and broker are killed.
 */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MusterEvent } from '#protocol/events.ts';
import type { HealthView } from '#protocol/health.ts';
import type { PinView } from '#protocol/passes.ts';
import type { PersonView } from '#protocol/people.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { Keypad } from '../support/keypad.ts';
import { type HeardMessage, keptBy, Mosquitto, MqttListener } from '../support/mosquitto.ts';
import { MusterServer } from '../support/muster-server.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { Browser } from '../support/rest-server.ts';

const ADA = { username: 'ada', password: 'correct horse battery' };
const LISTENER = { username: 'home', password: 'assistant' };

/** What Home Assistant takes: https://www.home-assistant.io/integrations/sensor.mqtt/ and …/binary_sensor.mqtt/ */
const topic = z.string().regex(/^[^#+\s]+$/);
const common = {
  unique_id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string().min(1).nullable(),
  origin: z.strictObject({ name: z.literal('Muster'), sw_version: z.string() }),
  device: z.strictObject({
    identifiers: z.array(z.string()).length(1),
    name: z.string(),
    manufacturer: z.string(),
    model: z.string().optional(),
    sw_version: z.string().optional(),
    via_device: z.string().optional(),
  }),
  state_topic: topic,
  availability_topic: topic.optional(),
  value_template: z.string().optional(),
  json_attributes_topic: topic.optional(),
  entity_category: z.literal('diagnostic').optional(),
  qos: z.literal(1),
};
const CONFIG = {
  sensor: z.strictObject({
    ...common,
    unit_of_measurement: z.string(),
    state_class: z.literal('measurement'),
    icon: z.string().regex(/^mdi:/),
  }),
  binary_sensor: z.strictObject({
    ...common,
    device_class: z.enum(['connectivity', 'running']),
    payload_on: z.string(),
    payload_off: z.string(),
  }),
};

interface Door {
  id: string;
  browser: Browser;
}

async function health({ url }: MusterServer): Promise<{ status: number; view: HealthView }> {
  const response = await fetch(`${url}/api/v1/health`);
  return { status: response.status, view: (await response.json()) as HealthView };
}

const stateOf = (server: MusterServer) =>
  health(server).then(
    ({ view }) => view.mqtt?.state,
    () => null,
  );

/** In the order in which they were said. */
function statusesIn(heard: readonly HeardMessage[]): string[] {
  return heard.flatMap((one) => (one.topic === 'muster/status' && !one.retained ? [one.payload] : []));
}

/** Owner and stations stay signed in at whichever server they ask. */
function at({ url }: MusterServer, browser: Browser): Browser {
  const other = new Browser(url);
  for (const [name, value] of browser.cookies) other.cookies.set(name, value);
  return other;
}

describe.skipIf(!hasProgram('mosquitto'))(`servers and a broker (${needsProgram('mosquitto')})`, () => {
  const opened = new AsyncDisposableStack();
  let database: TestDatabase;
  let broker: Mosquitto;
  let servers: [MusterServer, MusterServer];
  let owner: Browser;
  let everybody: MqttListener;
  let env: Record<string, string>;
  const passwordFile = () => path.join(broker.folder, 'password');
  let numbers = 100;
  let came = 0;
  /** What everybody heard before the broker was killed. */
  const before: HeardMessage[] = [];

  const start = async () => {
    const server = await MusterServer.start({ databaseUrl: database.url, env });
    opened.defer(async () => {
      await server.down('SIGKILL');
      await server.close();
    });
    return server;
  };

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    opened.defer(() => database.drop());
    broker = await Mosquitto.start({ users: { muster: 'right', [LISTENER.username]: LISTENER.password } });
    opened.defer(() => broker.close());
    everybody = await MqttListener.open(broker, LISTENER);
    opened.defer(() => everybody.close());
    await writeFile(passwordFile(), 'wrong\n');
    env = {
      MUSTER_MASTER_KEY: randomBytes(32).toString('base64'),
      MUSTER_VISION_THREADS: '1',
      MUSTER_TIME_ZONE: 'UTC',
      MUSTER_DAY_TURNS_AT: '0',
      MUSTER_MQTT_URL: broker.url,
      MUSTER_MQTT_USER: 'muster',
      MUSTER_MQTT_PASSWORD_FILE: passwordFile(),
      MUSTER_MQTT_EVENTS: '1',
    };
    servers = await Promise.all([start(), start()]);
    owner = new Browser(servers[0].url);
    await owner.json('POST', '/api/v1/setup', { token: servers[0].setupToken, name: 'Ada', ...ADA });
  }, 120_000);
  afterAll(() => opened.disposeAsync());

  const SLOW = { timeout: 20_000, interval: 50 };
  const present = () => everybody.json('muster/present')?.['present'];
  const punches = () => everybody.events<MusterEvent>('punch.created');

  async function pair(server: MusterServer, name: string): Promise<Door> {
    const input = { kind: 'station', name };
    const { code } = await at(server, owner).json<{ code: string }>(
      'POST',
      '/api/v1/devices/pairing-codes',
      input,
    );
    const browser = new Browser(server.url);
    const { actor } = await browser.json<{ actor: { deviceId: string } }>('POST', '/api/v1/device', { code });
    return { id: actor.deviceId, browser };
  }

  /** Somebody new types number and PIN at the keypad. */
  async function punch(server: MusterServer, keypad: Keypad): Promise<void> {
    numbers += 1;
    const input = { number: `N${numbers}`, givenName: 'Grace', familyName: 'Hopper' };
    const staff = at(server, owner);
    const person = await staff.json<PersonView>('POST', '/api/v1/people', input);
    const { pin } = await staff.json<PinView>('PUT', `/api/v1/people/${person.id}/pin`);
    expect((await keypad.type(input.number, pin)).result).toBe('checked-in');
    came += 1;
  }

  /** The one that publishes, and the other. */
  async function roles(): Promise<[MusterServer, MusterServer]> {
    const states = () => Promise.all(servers.map(stateOf));
    const both = new Set(['connected', 'standby']);
    await expect.poll(async () => new Set(await states()), SLOW).toEqual(both);
    const [one, two] = servers;
    return (await stateOf(one)) === 'connected' ? [one, two] : [two, one];
  }

  it('a wrong password is said in words, nothing is down for it, and the right one is taken up', async () => {
    for (const server of servers) {
      await expect.poll(async () => (await health(server)).view.mqtt?.problem, SLOW).toBe('wrong-password');
    }
    const { status, view } = await health(servers[0]);
    expect([status, view.status, view.problems]).toEqual([200, 'degraded', ['mqtt-away']]);
    expect(view.mqtt?.says).toContain('refuses the user name or the password');
    expect(everybody.heard).toEqual([]);
    await writeFile(passwordFile(), 'right\n');
    await roles();
    for (const server of servers) {
      expect((await health(server)).view).toMatchObject({ status: 'ok', problems: [] });
      expect(server.output.join('\n')).not.toMatch(/"(wrong|right)"/);
    }
  });

  it('the discovery is retained, and as Home Assistant wants it', async () => {
    const door = await pair(servers[0], 'Front door');
    await expect.poll(() => everybody.json(`muster/devices/${door.id}`)).toMatchObject({ state: 'offline' });
    const kept = await keptBy(broker, LISTENER);
    const configs = [...kept].filter(([name]) => name.startsWith('homeassistant/'));
    const ids = configs.map(([name, payload]) => {
      const [, component, node, object] = name.split('/');
      const config = CONFIG[component as keyof typeof CONFIG].parse(JSON.parse(payload));
      expect(config.unique_id).toBe(`${node}_${object}`);
      // What it points to is there, or Home Assistant would show nothing.
      expect(kept.has(config.state_topic)).toBe(true);
      return config.unique_id;
    });
    const { sites } = await owner.json<{ sites: { id: string }[] }>('GET', '/api/v1/sites');
    const expected = ['server', 'present', `site_${sites[0]!.id}`, `device_${door.id}`];
    expect(ids.toSorted()).toEqual(expected.map((object) => `muster_${object}`).toSorted());
    expect(kept.get('muster/status')).toBe('online');
  });

  it(
    'punches change the count, also while broker or server are killed, and each event arrives',
    { timeout: 120_000 },
    async () => {
      const doors = new Map<MusterServer, { id: string; keypad: Keypad }>();
      for (const server of servers) {
        const { id, browser } = await pair(server, 'Yard');
        doors.set(server, { id, keypad: await Keypad.open(server.url, browser) });
      }
      const punchAt = (server: MusterServer) => punch(server, doors.get(server)!.keypad);

      // What happens at one server is told by the other.
      const first = await roles();
      for (const server of first) await punchAt(server);
      await expect.poll(present).toBe(2);
      await expect.poll(punches).toHaveLength(2);

      // The broker has forgotten everything when it is back.
      await broker.down('SIGKILL');
      await punchAt(first[0]);
      await expect
        .poll(async () => (await Promise.all(servers.map(health))).flatMap(({ view }) => view.problems))
        .toContain('mqtt-away');
      before.push(...everybody.heard.splice(0));
      // Two that publish would take the connection from each other.
      expect(statusesIn(before)).toEqual(['online']);
      await broker.up();
      await expect.poll(present, SLOW).toBe(3);
      const kept = await keptBy(broker, LISTENER);
      expect([...kept.keys()].filter((name) => name.endsWith('/config'))).toHaveLength(6);
      await expect.poll(punches, SLOW).toHaveLength(1);

      // A server that was frozen for a while leaves it to the one that has taken over.
      const [frozen, awake] = await roles();
      process.kill(frozen.pid, 'SIGSTOP');
      try {
        await expect.poll(() => stateOf(awake), SLOW).toBe('connected');
      } finally {
        process.kill(frozen.pid, 'SIGCONT');
      }
      expect(await roles()).toEqual([awake, frozen]);

      const [publisher, other] = [awake, frozen];
      const gate = await pair(other, 'Gate');
      const brief = await Keypad.open(other.url, gate.browser);
      await expect.poll(() => everybody.json(`muster/devices/${gate.id}`)?.['state'], SLOW).toBe('online');
      brief.close();

      // The broker says that the one that publishes is gone, and the other one tells what happened meanwhile.
      await publisher.down('SIGKILL');
      await expect.poll(() => everybody.last('muster/status'), SLOW).toBe('offline');
      await punchAt(other);
      const { id } = doors.get(publisher)!;
      const revoked = `homeassistant/binary_sensor/muster/device_${id}/config`;
      expect(everybody.last(revoked)).toBeDefined();
      expect((await at(other, owner).send('DELETE', `/api/v1/devices/${id}`)).status).toBe(204);
      await expect.poll(() => stateOf(other), SLOW).toBe('connected');
      await expect.poll(() => everybody.last('muster/status')).toBe('online');
      await expect.poll(present).toBe(4);
      await expect.poll(punches).toHaveLength(2);
      expect((await keptBy(broker, LISTENER)).has(revoked)).toBe(false);
      expect(statusesIn(everybody.heard)).toEqual(['online', 'offline', 'online', 'offline', 'online']);
      // None twice: no server was killed between telling one and noting it.
      const all = [...before, ...everybody.heard].filter(
        ({ topic: on }) => on === 'muster/events/punch.created',
      );
      expect(all).toHaveLength(4);
      expect(new Set(all.map(({ payload }) => (JSON.parse(payload) as MusterEvent).id)).size).toBe(4);

      await expect.poll(() => everybody.json(`muster/devices/${gate.id}`)?.['state'], SLOW).toBe('offline');
      // A server that is told to end says so itself.
      const figures = await fetch(`${other.url}/metrics`).then((response) => response.text());
      const mqtt = figures.split('\n').filter((line) => line.startsWith('muster_mqtt_'));
      expect(mqtt).toContain('muster_mqtt_connected 1');
      expect(mqtt).toContainEqual(
        expect.stringMatching(/^muster_mqtt_published_total\{kind="event"\} [1-9]/),
      );
      expect(mqtt).toContainEqual(expect.stringMatching(/^muster_mqtt_failed_total\{at="connect"\} [1-9]/));
      await other.down('SIGTERM');
      expect((await keptBy(broker, LISTENER)).get('muster/status')).toBe('offline');
    },
  );

  it('nothing that was ever said has a name or a number of a person', () => {
    expect(came).toBe(4);
    const everything = [...before, ...everybody.heard]
      .map(({ topic: where, payload }) => `${where} ${payload}`)
      .join('\n');
    expect(everything).toContain('"displayName":null');
    expect(everything).not.toMatch(/Grace|Hopper|N10\d/);
  });
});
