/** Every entity there is, listed so that nothing depends on what lies in a folder. */
import { Account, Session } from './account.ts';
import { ApiToken } from './api-token.ts';
import { AuditEvent } from './audit-event.ts';
import { Consent } from './consent.ts';
import { Device, PairingCode } from './device.ts';
import { Evidence } from './evidence.ts';
import { KeyHolder, MasterKeyRecord } from './key.ts';
import { Person } from './person.ts';
import { Punch } from './punch.ts';
import { Invitation, RecoveryCode, SecondFactor, SignInFailure } from './sign-in.ts';
import { Enrolment, PersonKey, Template } from './template.ts';

export const entities = [
  Account,
  ApiToken,
  AuditEvent,
  Consent,
  Device,
  Enrolment,
  Evidence,
  KeyHolder,
  MasterKeyRecord,
  Invitation,
  PairingCode,
  Person,
  PersonKey,
  Punch,
  RecoveryCode,
  SecondFactor,
  Session,
  SignInFailure,
  Template,
];
