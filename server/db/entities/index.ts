/** Every entity there is, listed so that nothing depends on what lies in a folder. */
import { Account, Session } from './account.ts';
import { AuditEvent } from './audit-event.ts';
import { Consent } from './consent.ts';
import { Device, PairingCode } from './device.ts';
import { Person } from './person.ts';
import { Punch } from './punch.ts';
import { Enrolment, PersonKey, Template } from './template.ts';

export const entities = [
  Account,
  AuditEvent,
  Consent,
  Device,
  Enrolment,
  PairingCode,
  Person,
  PersonKey,
  Punch,
  Session,
  Template,
];
