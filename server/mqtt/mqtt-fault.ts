/** Why nothing can be told over MQTT, in words for whoever reads health. Nothing of an address or an account is in them. */
import type { MqttProblem } from '../protocol/health.ts';

export class MqttFault extends Error {
  readonly problem: MqttProblem;

  /** @param cause for the log */
  constructor(problem: MqttProblem, cause?: unknown) {
    super(SENTENCES[problem], { cause });
    this.name = 'MqttFault';
    this.problem = problem;
  }
}

const SENTENCES: Readonly<Record<MqttProblem, string>> = {
  'no-password': 'The password for the MQTT broker cannot be read: the log says why.',
  'unknown-host': 'The name of the MQTT broker is not known: check MUSTER_MQTT_URL.',
  unreachable: 'The MQTT broker cannot be reached: start it, or check MUSTER_MQTT_URL.',
  'no-answer':
    'What listens at the address of the MQTT broker does not answer as one: check MUSTER_MQTT_URL.',
  'not-trusted':
    'The certificate of the MQTT broker is not trusted: check the host name, or set MUSTER_MQTT_CA.',
  'wrong-password':
    'The MQTT broker refuses the user name or the password: check MUSTER_MQTT_USER and MUSTER_MQTT_PASSWORD.',
  'not-allowed':
    'The MQTT broker does not let this account write or read the topics of Muster: change its access rules.',
  unsupported: 'The MQTT broker does not speak MQTT 5: use a newer one.',
  'taken-over':
    'The connection to the MQTT broker ends soon after it is made, as if another program took it over: another installation at this broker needs another MUSTER_MQTT_PREFIX.',
  lost: 'The connection to the MQTT broker is lost.',
};

/** Reason codes of MQTT 5; the first ones are of a broker that only speaks MQTT 3. */
const REASONS: Readonly<Record<number, MqttProblem>> = {
  1: 'unsupported',
  132: 'unsupported',
  4: 'wrong-password',
  // For brokers of old it is both: who it is, and what it may. When connecting it is the former.
  5: 'wrong-password',
  134: 'wrong-password',
  138: 'not-allowed',
  142: 'taken-over',
};

const NOT_THERE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);
const NO_NAME = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL']);

/**
 * @param connecting whether the connection was still being made: a refusal then is one of the account, later one of a topic
 */
export function faultOf(error: unknown, connecting: boolean): MqttFault {
  if (error instanceof MqttFault) return error;
  return new MqttFault(problemOf(error, connecting), error);
}

function problemOf(error: unknown, connecting: boolean): MqttProblem {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  if (typeof code === 'number') {
    if (code === 135) return connecting ? 'wrong-password' : 'not-allowed';
    return REASONS[code] ?? 'lost';
  }
  if (typeof code === 'string') {
    if (NO_NAME.has(code)) return 'unknown-host';
    if (NOT_THERE.has(code)) return 'unreachable';
    if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'not-trusted';
    if (/^ERR_SSL|^EPROTO/.test(code)) return 'no-answer';
  }
  if (/timeout/i.test(message)) return 'no-answer';
  return connecting ? 'no-answer' : 'lost';
}
