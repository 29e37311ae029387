/** The publisher beside a real broker and a real database: what it tells whom, and what it takes away. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigLayers } from '../../config/config.ts';
import { Metrics } from '../../server/metrics/metrics.ts';
import { addEvents } from '../../server/outbox/add-event.ts';
import { openMqtt } from '../../server/composition/mqtt.ts';
import type { MqttPublisher } from '../../server/mqtt/mqtt-publisher.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { Mosquitto, type MosquittoOptions, MqttListener, keptBy } from '../support/mosquitto.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';

const connected = (one: MqttPublisher) => expect.poll(() => one.view.state).toBe('connected');
const problem = (one: MqttPublisher) => expect.poll(() => one.view.problem, { timeout: 10_000 });

describe.skipIf(!hasProgram('mosquitto'))(`telling a broker (${needsProgram('mosquitto')})`, () => {
  let services: DataServices;
  let rest: RestServer;
  let owner: Browser;
  const opened = new AsyncDisposableStack();
  /** Of one test. */
  let mine = new AsyncDisposableStack();

  beforeAll(async () => {
    services = await openDataServices({ env: { MUSTER_TIME_ZONE: 'UTC', MUSTER_DAY_TURNS_AT: '0' } });
    opened.defer(() => services.close());
    services.outbox.start();
    rest = await RestServer.start(services);
    opened.defer(() => rest.stop());
    owner = await rest.staff();
  });
  afterEach(async () => {
    await mine.disposeAsync();
    mine = new AsyncDisposableStack();
  });
  afterAll(() => opened.disposeAsync());

  async function broker(options?: MosquittoOptions): Promise<Mosquitto> {
    const one = await Mosquitto.start(options);
    mine.defer(() => one.close());
    return one;
  }

  async function listener(at: Mosquitto, account?: { username: string; password: string }) {
    const one = await MqttListener.open(at, account);
    mine.defer(() => one.close());
    return one;
  }

  function publisher(at: Mosquitto, env: Record<string, string> = {}): MqttPublisher {
    const { config } = new ConfigLayers({ MUSTER_MQTT_URL: at.url, ...env });
    const metrics = new Metrics({ version: 'test' }).mqtt;
    return openMqtt({ config, core: services, metrics, log: services.log }, mine)!;
  }

  /** Somebody who is in since a moment ago. */
  async function arrives(givenName: string, department = ''): Promise<string> {
    const { id } = await services.addPerson({ givenName, department });
    const { sites } = await owner.json<{ sites: { id: string }[] }>('GET', '/api/v1/sites');
    const { number } = (await services.people.get(id))!;
    const [date, time] = new Date().toISOString().split('T');
    await owner.json('POST', '/api/v1/corrections', {
      kind: 'add',
      number,
      siteId: sites[0]!.id,
      date,
      time: time!.slice(0, 5),
      says: 'in',
      reason: 'A test',
    });
    return id;
  }

  it('names are told where they are asked for, and nothing of an erased person stays at the broker', async () => {
    const at = await broker();
    const everybody = await listener(at);
    await connected(publisher(at, { MUSTER_MQTT_PEOPLE: 'names', MUSTER_MQTT_EVENTS: '1' }));
    const person = await arrives('Rosa', 'Store');
    await expect
      .poll(() => everybody.json('muster/present')?.['people'])
      .toMatchObject([{ name: 'Rosa Hopper', state: 'in' }]);
    await expect.poll(() => everybody.events('punch.corrected')).toHaveLength(1);
    const { departments } = await owner.json<{ departments: { id: string }[] }>('GET', '/api/v1/departments');
    expect(everybody.json(`muster/departments/${departments[0]!.id}`)).toMatchObject({
      name: 'Store',
      present: 1,
    });

    await services.people.erase(person);
    await expect.poll(async () => [...(await keptBy(at))].flat().join('\n')).not.toMatch(/Rosa/);
    await expect
      .poll(() => everybody.events('person.erased'))
      .toMatchObject([{ data: { person: { id: person, displayName: null, number: null, erased: true } } }]);
  });

  it('what was told with names is taken away by a start without them', async () => {
    const at = await broker();
    await arrives('Barbara', 'Lab');
    const before = publisher(at, { MUSTER_MQTT_PEOPLE: 'names' });
    await connected(before);
    expect([...(await keptBy(at))].flat().join()).toContain('Barbara');
    await before.close();
    const foreign = 'homeassistant/sensor/somebody/else/config';
    const other = await listener(at);
    await other.say(foreign, '{}');

    await connected(publisher(at, { MUSTER_MQTT_DISCOVERY: 'off' }));
    const kept = await keptBy(at);
    expect([...kept].flat().join()).not.toMatch(/Barbara|departments/);
    expect([...kept.keys()].filter((topic) => topic.startsWith('homeassistant/'))).toEqual([foreign]);
  });

  it('a device that was revoked while nobody published is taken away, with its discovery', async () => {
    const at = await broker();
    const { deviceId } = await services.addDevice('Side door');
    const before = publisher(at);
    await connected(before);
    const topics = [
      `muster/devices/${deviceId}`,
      `homeassistant/binary_sensor/muster/device_${deviceId}/config`,
    ];
    const kept = await keptBy(at);
    expect(topics.map((topic) => kept.has(topic))).toEqual([true, true]);
    await before.close();
    expect((await keptBy(at)).get('muster/status')).toBe('offline');
    await services.devices.revoke(deviceId);
    await connected(publisher(at));
    const after = await keptBy(at);
    expect(topics.map((topic) => after.has(topic))).toEqual([false, false]);
    expect(after.get('muster/status')).toBe('online');
  });

  it('a device that is revoked or renamed meanwhile is told at the next look', async () => {
    const at = await broker();
    const everybody = await listener(at);
    await connected(publisher(at));
    const { deviceId } = await services.addDevice('Gate');
    const config = `homeassistant/binary_sensor/muster/device_${deviceId}/config`;
    await expect.poll(() => everybody.json(config)).toMatchObject({ device: { name: 'Gate' } });
    await services.devices.revoke(deviceId);
    await expect.poll(() => everybody.last(config)).toBeUndefined();
    await expect.poll(() => everybody.last(`muster/devices/${deviceId}`)).toBeUndefined();
  });

  it('the certificate of the broker is checked, against the authority that is named', async () => {
    const at = await broker({ tls: true });
    const trusting = publisher(at);
    await problem(trusting).toBe('not-trusted');
    await trusting.close();
    const right = publisher(at, { MUSTER_MQTT_CA: at.certificate });
    await connected(right);
    expect(right.view).toEqual({ state: 'connected', problem: null, says: null });
  });

  it('an account that may not write the topics is told so', async () => {
    const at = await broker({ users: { muster: 'right' }, acl: 'user muster\ntopic readwrite house/#\n' });
    const account = { MUSTER_MQTT_USER: 'muster', MUSTER_MQTT_PASSWORD: 'right' };
    const one = publisher(at, account);
    await problem(one).toBe('not-allowed');
    expect(one.view.says).toContain('access rules');
  });

  it('the password comes from a file or a command, and one that cannot be read is a fault in words', async () => {
    const at = await broker({ users: { muster: 'two words' } });
    const file = path.join(at.folder, 'password');
    const user = { MUSTER_MQTT_USER: 'muster' };
    const missing = publisher(at, { ...user, MUSTER_MQTT_PASSWORD_FILE: file });
    await problem(missing).toBe('no-password');
    await writeFile(file, 'two words\n');
    await expect.poll(() => missing.view.state, { timeout: 10_000 }).toBe('connected');
    await missing.close();
    const command = JSON.stringify([process.execPath, '-e', 'console.log("two words")']);
    await connected(publisher(at, { ...user, MUSTER_MQTT_PASSWORD_COMMAND: command }));
  });

  it('two installations with the same topics are told apart in words', async () => {
    const at = await broker();
    const one = publisher(at);
    await connected(one);
    const other = await openDataServices();
    mine.defer(() => other.close());
    const { config } = new ConfigLayers({ MUSTER_MQTT_URL: at.url });
    const metrics = new Metrics({ version: 'test' }).mqtt;
    openMqtt({ config, core: other, metrics, log: services.log }, mine);
    await problem(one).toBe('taken-over');
    expect(one.view.says).toContain('MUSTER_MQTT_PREFIX');
  });

  it('events go on where they stopped, and say what was missed', async () => {
    const at = await broker();
    const everybody = await listener(at);
    const env = { MUSTER_MQTT_EVENTS: '1' };
    const { deviceId } = await services.addDevice('Hall');
    const happens = () =>
      services.database.transaction((em) =>
        addEvents(em, [{ type: 'device.up', subject: { device: deviceId } }]),
      );
    const told = () => everybody.events<{ id: string; sequence: number }>('device.up');
    const first = publisher(at, env);
    await connected(first);
    await happens();
    await expect.poll(told).toHaveLength(1);
    await first.close();

    for (let i = 0; i < 250; i++) await happens();
    const second = publisher(at, env);
    await expect.poll(told, { timeout: 10_000 }).toHaveLength(251);
    expect(new Set(told().map(({ id }) => id)).size).toBe(251);
    const order = told().map(({ sequence }) => sequence);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    await second.close();

    await happens();
    await services.outbox.look();
    await services.database.fork().execute('delete from outbox_event');
    await happens();
    const third = publisher(at, env);
    await connected(third);
    await expect.poll(() => everybody.events('stream.missed')).toHaveLength(1);
    await expect.poll(told).toHaveLength(252);
    await third.close();

    // Switched off and on, it does not tell what happened in between.
    const silent = publisher(at);
    await connected(silent);
    await happens();
    await silent.close();
    await connected(publisher(at, env));
    await happens();
    await expect.poll(told).toHaveLength(253);
  });

  it('the id of a person is told without a name by default, also in events', async () => {
    const at = await broker();
    const everybody = await listener(at);
    await connected(publisher(at, { MUSTER_MQTT_EVENTS: '1' }));
    const person = await arrives('Frances', 'Kitchen');
    await expect
      .poll(() => everybody.events('punch.corrected'))
      .toMatchObject([
        { data: { added: [{ person: { id: person, number: null, displayName: null, department: null } }] } },
      ]);
    const { number } = (await services.people.get(person))!;
    const everything = everybody.heard.map(({ topic, payload }) => topic + payload).join('\n');
    expect(everything).not.toContain('Frances');
    expect(everything).not.toContain('Kitchen');
    expect(everything).not.toContain(`"${number}"`);
  });

  /** As another server does that has taken over. */
  async function set(held: string): Promise<void> {
    await services.database
      .fork()
      .execute(
        `update mqtt_publisher set holder = ?, connected = true, held_until = now() + interval '${held}'`,
        [randomUUID()],
      );
  }

  it('while another program has the row of the publisher, nothing is told', async () => {
    const at = await broker();
    await set('1 hour');
    const one = publisher(at);
    await expect.poll(() => one.view.state).toBe('standby');
    expect((await keptBy(at)).size).toBe(0);
    await set('-1 second');
    await connected(one);
    // As if it had been frozen for long: another server has taken over.
    await set('1 hour');
    await expect.poll(() => one.view.state).toBe('standby');
    expect((await keptBy(at)).get('muster/status')).toBe('offline');
    await set('-1 second');
  });
});
