/** Values that are right by themselves and cannot work together. */
import type { z } from 'zod';
import type { variables } from './variables.ts';

/** Frames per second that must be analyzed to follow a movement: see `gap` in server/recognition/challenge.ts. */
const CHALLENGE_RATE = 3;

type Values = z.infer<typeof variables>;

/**
 * One line for each contradiction.
 *
 * @param present What was set, empty variables left out
 * @param values What it means, with defaults; undefined where a value has a fault of its own
 */
export function contradictions(
  present: Readonly<Record<string, string>>,
  values: Values | undefined,
): string[] {
  return [...together(present), ...(values ? [...ports(values), ...pace(values), ...employees(values)] : [])];
}

function together(present: Readonly<Record<string, string>>): string[] {
  const faults: string[] = [];
  if (Boolean(present['MUSTER_TLS_CERT']) !== Boolean(present['MUSTER_TLS_KEY'])) {
    faults.push('MUSTER_TLS_CERT and MUSTER_TLS_KEY belong together: set both or neither');
  }
  if (Boolean(present['MUSTER_SMTP_URL']) !== Boolean(present['MUSTER_MAIL_FROM'])) {
    faults.push(
      'MUSTER_SMTP_URL and MUSTER_MAIL_FROM belong together: set both, such as smtp://user:PASSWORD@mail.example.org and muster@example.org, or neither',
    );
  }
  if (present['MUSTER_ANALYZERS'] === '0' && !present['MUSTER_NATS_URL']) {
    faults.push(
      'MUSTER_ANALYZERS=0 needs analyzers on other hosts: set MUSTER_NATS_URL, or MUSTER_ANALYZERS to 1',
    );
  }
  const provider = ['MUSTER_OIDC_CLIENT_ID', 'MUSTER_OIDC_ROLES'];
  if (present['MUSTER_OIDC_ISSUER'] && !provider.every((name) => present[name])) {
    faults.push(`MUSTER_OIDC_ISSUER needs ${provider.join(' and ')}`);
  }
  const without = [...provider, 'MUSTER_OIDC_CLIENT_SECRET', 'MUSTER_OIDC_PERSON'].filter(
    (name) => present[name],
  );
  if (!present['MUSTER_OIDC_ISSUER'] && without.length > 0) {
    faults.push(
      `${without.join(', ')} ${without.length === 1 ? 'does' : 'do'} nothing without MUSTER_OIDC_ISSUER, such as https://login.example.org`,
    );
  }
  const keySources = ['MUSTER_MASTER_KEY', 'MUSTER_MASTER_KEY_FILE', 'MUSTER_MASTER_KEY_COMMAND'];
  if (keySources.filter((name) => present[name]).length > 1) {
    faults.push(`${keySources.join(', ')} exclude each other: set only one of them`);
  }
  faults.push(...mqtt(present));
  return faults;
}

function mqtt(present: Readonly<Record<string, string>>): string[] {
  const faults: string[] = [];
  const set = Object.keys(present).filter((name) => name.startsWith('MUSTER_MQTT_'));
  if (set.length > 0 && !present['MUSTER_MQTT_URL']) {
    faults.push(
      `${set.join(', ')} ${set.length === 1 ? 'does' : 'do'} nothing without MUSTER_MQTT_URL, such as mqtts://mqtt.example.org:8883`,
    );
  }
  const passwords = set.filter((name) => name.startsWith('MUSTER_MQTT_PASSWORD'));
  if (passwords.length > 1) faults.push(`${passwords.join(', ')} exclude each other: set only one of them`);
  if (passwords.length > 0 && !present['MUSTER_MQTT_USER']) {
    faults.push(`${passwords.join(', ')} needs MUSTER_MQTT_USER, such as muster`);
  }
  return faults;
}

/** Two programs on one port: the second would fail with a sentence that names only one of the two variables. */
function ports(values: Values): string[] {
  const { MUSTER_MEDIA_PORT: media, MUSTER_MEDIA_WORKERS: workers = 1 } = values;
  const faults: string[] = [];
  const last = media + workers - 1;
  if (media > 0 && last > 65_535) {
    faults.push(
      `MUSTER_MEDIA_PORT ${media} leaves no ports for ${workers} media workers: set it to 44400, for example`,
    );
  }
  const single = ['MUSTER_HTTP_PORT', 'MUSTER_HTTPS_PORT', 'MUSTER_DATABASE_PORT'] as const;
  for (const [index, name] of single.entries()) {
    const port = values[name];
    if (port === 0) continue;
    const same = single.slice(0, index).find((other) => values[other] === port);
    if (same) faults.push(`${same} and ${name} are both ${port}: set one of them to another port`);
    if (media > 0 && port >= media && port <= last) {
      faults.push(
        `${name} ${port} is a port for media too (MUSTER_MEDIA_PORT ${media}${workers > 1 ? ` to ${last}` : ''}): set one of them to another port`,
      );
    }
  }
  return faults;
}

function employees({ MUSTER_OIDC_ROLES: roles, MUSTER_OIDC_PERSON: person }: Values): string[] {
  if (!roles?.employee || person) return [];
  return ['MUSTER_OIDC_ROLES with employee needs MUSTER_OIDC_PERSON, such as email'];
}

function pace(values: Values): string[] {
  const { MUSTER_ANALYSIS_RATE: rate, MUSTER_CHALLENGE: asked, MUSTER_LIVENESS: liveness } = values;
  const challenges =
    asked === 'always' || asked === 'auto' || (asked === 'doubtful' && liveness && liveness !== 'off');
  if (!challenges || rate >= CHALLENGE_RATE) return [];
  return [
    `MUSTER_ANALYSIS_RATE below ${CHALLENGE_RATE} needs MUSTER_CHALLENGE=never: movements cannot be followed at that rate`,
  ];
}
