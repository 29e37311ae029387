/**
 * Shows in Home Assistant how many people are in the building and which stations are connected, over MQTT with discovery:
 * npm install mqtt && node home-assistant.mjs
 *
 *   MUSTER        https://muster.example.org/api/v1
 *   TOKEN         a token with the scopes events:read, presence:read and devices:read
 *   MQTT          mqtt://broker:1883 or mqtts://…, with MQTT_USER and MQTT_PASSWORD
 *   NAMES=publish adds the names of everybody who is in. Names leave Muster then: whoever reads the broker sees them, and
 *                 an erasure in Muster does not reach what others have kept of them.
 *
 * Everything is retained and told anew after each connection, so a restart of the broker, of Muster or of this program
 * leaves nothing wrong. While this program or Muster is away, Home Assistant shows the entities as unavailable.
 */
import { connect } from 'mqtt';

const { MUSTER, TOKEN, MQTT, MQTT_USER, MQTT_PASSWORD, NAMES } = process.env;
const headers = { authorization: `Bearer ${TOKEN}` };
const AVAILABLE = 'muster/status';
const common = { availability_topic: AVAILABLE, device: { identifiers: ['muster'], name: 'Muster' } };

/** What is to be said, by topic. */
const said = new Map();
const broker = connect(MQTT, {
  username: MQTT_USER,
  password: MQTT_PASSWORD,
  will: { topic: AVAILABLE, payload: 'offline', retain: true, qos: 1 },
});
broker.on('connect', () => said.forEach((payload, topic) => publish(topic, payload)));
broker.on('error', (error) => console.error(`MQTT: ${error.message}`));

function say(topic, payload) {
  if (said.get(topic) === payload) return;
  said.set(topic, payload);
  if (broker.connected) publish(topic, payload);
}
const publish = (topic, payload) => broker.publish(topic, payload, { retain: true, qos: 1 });

/** https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery; without `config` the entity goes. */
function announce(component, id, config) {
  const payload = { ...config, ...common, unique_id: `muster_${id}`, origin: { name: 'Muster' } };
  say(`homeassistant/${component}/muster/${id}/config`, config ? JSON.stringify(payload) : '');
}

async function ask(path, more = {}) {
  const response = await fetch(MUSTER + path, { headers: { ...headers, ...more } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function tellPresence() {
  const { people } = await (await ask('/presence')).json();
  const names = NAMES === 'publish' ? people.map(({ person }) => person.displayName) : [];
  say('muster/present', JSON.stringify({ count: people.length, names }));
}

async function announceStations() {
  const { devices } = await (await ask('/devices?limit=200')).json();
  for (const { id, name, revokedAt } of devices) {
    const state = { device_class: 'connectivity', state_topic: `muster/device/${id}` };
    announce('binary_sensor', id, revokedAt === null && { name, ...state });
    // Not known until it comes or goes.
    if (!said.has(state.state_topic)) say(state.state_topic, 'None');
  }
}

let last;
async function follow() {
  const stream = await ask('/events', last && { 'last-event-id': last });
  announce('sensor', 'present', {
    name: 'People in the building',
    state_topic: 'muster/present',
    value_template: '{{ value_json.count }}',
    json_attributes_topic: 'muster/present',
  });
  await announceStations();
  await tellPresence();
  say(AVAILABLE, 'online');
  let text = '';
  for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const type = field('event');
      if (/^device\.(up|down)$/.test(type)) {
        await announceStations();
        say(`muster/device/${JSON.parse(field('data')).data.device.id}`, type === 'device.up' ? 'ON' : 'OFF');
      } else if (type !== undefined) await tellPresence();
      last = field('id');
    }
  }
}

for (;;) {
  await follow().catch((error) => console.error(`Muster: ${error.message}`));
  say(AVAILABLE, 'offline');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
}
