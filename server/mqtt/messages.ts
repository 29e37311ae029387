/**
 * What is retained at the broker, from what is so now. Pure. Names and numbers of people are in it only where they are asked for.
 *
 * The discovery is that of single components: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery. `name: null`,
 * which names an entity after its device, is understood since Home Assistant 2023.8.
 */
import type { Config } from '../../config/config.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { PersonIn, Snapshot } from './snapshot.ts';
import type { Component, Topics } from './topics.ts';

/** What may be told about who is in. */
export type PeopleTold = NonNullable<Config['mqtt']>['people'];

/** People that are listed at most: beyond it there is the API. The counts are of all. */
export const MOST_LISTED = 1_000;

const MODELS = { station: 'Station', camera: 'Camera', encoder: 'Encoder' } as const;

/** Topic → payload, in the order in which they are to be told. */
export function retainedMessages(now: Snapshot, topics: Topics, told: PeopleTold): Map<string, string> {
  const said = new Map<string, string>();
  const say = (topic: string, payload: object) => said.set(topic, JSON.stringify(payload));
  const announce = (component: Component, object: string, config: object) => {
    if (topics.discovers) say(topics.config(component, object), discovery(topics, object, config));
  };
  const announceCount = (object: string, name: string, topic: string) =>
    announce('sensor', object, { ...COUNT, name, state_topic: topic, json_attributes_topic: topic });

  announce('binary_sensor', 'server', {
    name: 'Server',
    device_class: 'running',
    entity_category: 'diagnostic',
    state_topic: topics.status,
    payload_on: 'online',
    payload_off: 'offline',
    // Without the topic of the others: it is to say “off” when the server is.
    availability_topic: undefined,
  });

  announceCount('present', 'People present', topics.present);
  say(topics.present, presence(now.people, told));

  const bySite = Map.groupBy(now.people, ({ siteId }) => siteId);
  for (const { id, name } of now.sites) {
    announceCount(`site_${id}`, `People present: ${name}`, topics.site(id));
    say(topics.site(id), { name, ...presence(bySite.get(id) ?? [], told) });
  }

  const byDepartment = Map.groupBy(now.people, ({ department }) => department.toLowerCase());
  for (const { id, name } of told === 'counts' ? [] : now.departments) {
    announceCount(`department_${id}`, `People present: ${name}`, topics.department(id));
    const people = byDepartment.get(name.toLowerCase()) ?? [];
    say(topics.department(id), { name, ...presence(people, told) });
  }

  for (const { id, name, kind, site, online, recognizing, problem } of now.devices) {
    const topic = topics.device(id);
    announce('binary_sensor', `device_${id}`, {
      name: null,
      device_class: 'connectivity',
      state_topic: topic,
      value_template: '{{ value_json.state }}',
      payload_on: 'online',
      payload_off: 'offline',
      json_attributes_topic: topic,
      device: {
        identifiers: [`${topics.node}_${id}`],
        name,
        manufacturer: 'Muster',
        model: MODELS[kind],
        via_device: topics.node,
      },
    });
    say(topic, { state: online ? 'online' : 'offline', name, kind, site, recognizing, problem });
  }

  // The last one: whoever reads it may take everything else for true.
  said.set(topics.status, 'online');
  return said;
}

const COUNT = {
  value_template: '{{ value_json.present }}',
  unit_of_measurement: 'people',
  state_class: 'measurement',
  icon: 'mdi:account-group',
};

function discovery(topics: Topics, object: string, config: object): object {
  return {
    unique_id: `${topics.node}_${object}`,
    origin: { name: 'Muster', sw_version: packageJson.version },
    device: {
      identifiers: [topics.node],
      name: 'Muster',
      manufacturer: 'Muster',
      sw_version: packageJson.version,
    },
    availability_topic: topics.status,
    qos: 1,
    ...config,
  };
}

function presence(people: readonly PersonIn[], told: PeopleTold): object {
  const uncertain = people.filter(({ state }) => state === 'uncertain').length;
  const counts = { present: people.length, uncertain };
  if (told !== 'numbers' && told !== 'names') return counts;
  const list = people
    .slice(0, MOST_LISTED)
    .map(({ number, name, state, since }) =>
      told === 'names' ? { number, name, state, since } : { number, state, since },
    );
  return { ...counts, people: list };
}

/** A part of an event, as it is told: the names of people only where they are asked for. Their ids stay. */
export function asTold<T>(part: T, told: PeopleTold): T {
  if (told === 'names' || typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((one: unknown) => asTold(one, told)) as T;
  const fields = Object.entries(part).map(([key, value]: [string, unknown]) => {
    const isPerson = 'displayName' in part && 'erased' in part;
    const hidden =
      isPerson &&
      (key === 'displayName' ||
        (key === 'number' && told !== 'numbers') ||
        (key === 'department' && told === 'counts'));
    return [key, hidden ? null : asTold(value, told)];
  });
  return Object.fromEntries(fields) as T;
}
