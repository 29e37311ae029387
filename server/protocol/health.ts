/** Whether the server works. */
import { z } from 'zod';
import './no-eval.ts';
import { id, instant } from './fields.ts';

const upOf = z.strictObject({ up: z.int(), of: z.int() });

/** Why the database takes nothing. */
export const databaseTrouble = z.enum(['away', 'read-only', 'full', 'busy']);
export type DatabaseTrouble = z.infer<typeof databaseTrouble>;

const healthProblem = z.enum([
  'database-away',
  'database-read-only',
  'database-full',
  'database-busy',
  'analyzers-down',
  'media-workers-down',
  'sightings-waiting',
  'sightings-unsaved',
  'journal-damaged',
  'clock-set',
  'draining',
  'mqtt-away',
]);
export type HealthProblem = z.infer<typeof healthProblem>;

const sightingsWaiting = z.strictObject({
  waiting: z.int().describe('Kept in the journal of this server, to be booked when the database takes them.'),
  unsaved: z.int().describe('Of these, the ones that only the memory holds: the disk takes nothing either.'),
});
export type SightingsWaiting = z.infer<typeof sightingsWaiting>;

/** The clock of a server was set. */
export const clockStepView = z
  .strictObject({
    id,
    at: instant.describe('What the clock showed right after it.'),
    by: z.number().describe('Ms; negative where it was set back.'),
  })
  .meta({ id: 'ClockStep' });
export type ClockStepView = z.infer<typeof clockStepView>;

/** Why nothing can be told over MQTT. */
const mqttProblem = z.enum([
  'no-password',
  'unknown-host',
  'unreachable',
  'no-answer',
  'not-trusted',
  'wrong-password',
  'not-allowed',
  'unsupported',
  'taken-over',
  'lost',
]);
export type MqttProblem = z.infer<typeof mqttProblem>;

const mqttView = z
  .strictObject({
    state: z
      .enum(['connected', 'connecting', 'standby'])
      .describe('`standby`: another server of this database publishes, or the database is away.'),
    problem: mqttProblem.nullable().describe('Why it is not connected.'),
    says: z.string().nullable().describe('The same in a sentence, with what to do.'),
  })
  .meta({ id: 'MqttHealth' });
export type MqttView = z.infer<typeof mqttView>;

export const healthView = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    problems: z.array(healthProblem).describe('Why it is degraded.'),
    database: z.boolean().describe('Whether it answers.'),
    writable: z.boolean().describe('Whether it takes changes.'),
    sightings: sightingsWaiting,
    clock: clockStepView
      .nullable()
      .describe(
        'When it was last set, for a day or until somebody acknowledges it. Nothing is down because of it.',
      ),
    analyzers: upOf,
    mediaWorkers: upOf,
    cameras: z.int(),
    photoDetection: z
      .boolean()
      .describe(
        'Whether the networks that tell a person from a picture are installed. Without them it is not degraded.',
      ),
    mqtt: mqttView
      .nullable()
      .describe(
        'How the broker is told who is in; null where none is configured. Nothing is down because of it.',
      ),
    reenroll: z.int().describe('People who must be enrolled again; 0 while the database does not answer.'),
  })
  .meta({ id: 'Health' });
export type HealthView = z.infer<typeof healthView>;

/** The process answers. */
export const aliveView = z.strictObject({ status: z.literal('ok') });

/** Whether to send browsers and stations here. */
export const readyView = healthView.pick({ status: true, problems: true }).meta({ id: 'Readiness' });
