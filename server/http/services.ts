import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { AttendanceService } from '../attendance/attendance-service.ts';
import type { SnapshotStore } from '../attendance/snapshot-store.ts';
import type { Database } from '../db/database.ts';
import type { ConsentService } from '../rights/consent-service.ts';
import type { PassService } from '../passes/pass-service.ts';
import type { PersonalDataService } from '../rights/personal-data-service.ts';
import type { RetentionService } from '../rights/retention-service.ts';
import type { PeopleService } from '../people/people-service.ts';
import type { RecognitionView } from '../protocol/recognition.ts';
import type { SignInService } from '../accounts/sign-in-service.ts';
import type { Authenticator } from '../perimeter/authenticator.ts';
import type { AddressReader } from '../perimeter/client-address.ts';
import type { DeviceService } from '../devices/device-service.ts';
import type { OidcSignIn } from '../accounts/oidc/oidc-sign-in.ts';
import type { OriginCheck } from '../perimeter/origins.ts';

/** What the REST API stands on. */
export interface AppServices {
  log: Logger;
  database: Database;
  /** Where the end of the audit trail is kept. */
  dataDir: string;
  accounts: SignInService;
  devices: DeviceService;
  authenticator: Authenticator;
  originAllowed: OriginCheck;
  /** `config.origins`: where browsers reach this server beside its own addresses. */
  origins: readonly string[];
  /** Null where staff sign in by passwords alone. */
  oidc: OidcSignIn | null;
  /** Learns where a request comes from, through the proxies that are believed. */
  readAddress: AddressReader;
  /** Whether browsers know who signed the certificate: then they are told to insist on HTTPS. */
  trusted: boolean;
  /** What another device types to come here. */
  addresses: readonly string[];
  people: PeopleService;
  consents: ConsentService;
  passes: PassService;
  personalData: PersonalDataService;
  retention: RetentionService;
  attendance: AttendanceService;
  evidence: Pick<SnapshotStore, 'view'>;
  /** How strictly faces are recognized, and what the networks run on, at the moment. */
  recognition: () => RecognitionView;
  /** Asked by `GET /api/health`. */
  health: {
    analyzers(): { up: number; of: number };
    mediaWorkers(): { up: number; of: number };
    cameras(): number;
  };
  /** The built client's folder (`dist/client`), or in development what serves it; that one sets its own CSP. */
  client: { directory: string } | { middleware: RequestHandler };
}
