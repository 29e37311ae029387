import { expect, it } from 'vitest';
import { faultOf, MqttFault } from './mqtt-fault.ts';

const coded = (code: unknown, message = 'x') => Object.assign(new Error(message), { code });

it.each([
  [coded('ECONNREFUSED'), 'unreachable'],
  [coded('ENOTFOUND'), 'unknown-host'],
  [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'not-trusted'],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'not-trusted'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'not-trusted'],
  [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'no-answer'],
  [new Error('connack timeout'), 'no-answer'],
  [new Error('closed'), 'no-answer'],
  [coded(134), 'wrong-password'],
  [coded(135), 'wrong-password'],
  [coded(5), 'wrong-password'],
  [coded(132), 'unsupported'],
])('while connecting, %s is %s', (error, problem) => {
  expect(faultOf(error, true).problem).toBe(problem);
});

it.each([
  [coded(135), 'not-allowed'],
  [coded(142), 'taken-over'],
  [coded(139), 'lost'],
  [new Error('Keepalive timeout'), 'no-answer'],
  [new Error('Connection closed'), 'lost'],
])('later, %s is %s', (error, problem) => {
  expect(faultOf(error, false).problem).toBe(problem);
});

it('a fault stays what it is, and its sentence says what to do', () => {
  const fault = new MqttFault('wrong-password');
  expect(faultOf(fault, false)).toBe(fault);
  expect(fault.message).toMatch(/password: check MUSTER_MQTT_USER and MUSTER_MQTT_PASSWORD\.$/);
});
