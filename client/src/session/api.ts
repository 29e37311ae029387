/** The REST API, typed. Every failure is a ClientError; an ended session leads to the sign-in page and back. */
import type { AttendanceView, CorrectionInput } from '#protocol/attendance.ts';
import type { AuditPageView, AuditVerdictView } from '#protocol/audit.ts';
import type { ConsentInput, ConsentTextsView, ConsentView } from '#protocol/consents.ts';
import type { DeviceSettings, DeviceView, PairingInput, PairingView } from '#protocol/devices.ts';
import type { Problem } from '#protocol/error.ts';
import type { HealthView } from '#protocol/health.ts';
import type { BadgeView, PassesView, PinView } from '#protocol/passes.ts';
import type { PersonInput, PersonView, RemovalView } from '#protocol/people.ts';
import type { RetentionView } from '#protocol/retention.ts';
import type { Actor, OidcView, SessionView } from '#protocol/session.ts';
import type { RecognitionView } from '#protocol/recognition.ts';
import { isStill } from './activity.ts';
import { ClientError } from './client-error.ts';

/** A browser may hold both cookies, of an account and of a device: a page says which of them it speaks for. */
export type Role = 'account' | 'device';

const TIMEOUT = 15_000;

let onUnauthenticated: () => void = () => {};

/** What somebody can prove it by. */
export interface ProofNeeded {
  /** False of an account that signs in by a provider. */
  password: boolean;
  secondFactor: boolean;
}

let onReauthentication: (needed: ProofNeeded) => Promise<boolean> = () => Promise.resolve(false);

/**
 * Asks who is there to prove it again; true when that succeeded: then the request is repeated. The route says which
 * acts need it (server/http/access.ts), so that no page has to.
 */
export function whenReauthenticationNeeded(handler: (needed: ProofNeeded) => Promise<boolean>) {
  onReauthentication = handler;
}

/** Called whenever a request of an account finds its session ended. */
export function whenUnauthenticated(handler: () => void) {
  onUnauthenticated = handler;
}

export async function call<T>(method: string, path: string, body?: unknown, quiet = false): Promise<T> {
  const response = await answer(method, path, body, quiet);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function answer(method: string, path: string, body?: unknown, quiet = false): Promise<Response> {
  try {
    return await attempt(method, path, body);
  } catch (error) {
    if (!(error instanceof ClientError) || quiet) throw error;
    const again =
      error.code === 'reauthentication-needed'
        ? await onReauthentication({
            password: error.details['password'] !== false,
            secondFactor: error.details['secondFactor'] === true,
          })
        : // The session may have been renewed while this request was on its way.
          error.code === 'unauthenticated' && (await isSignedIn());
    if (again) return attempt(method, path, body);
    if (error.code === 'unauthenticated') onUnauthenticated();
    throw error;
  }
}

async function isSignedIn(): Promise<boolean> {
  const response = await attempt('GET', '/session?as=account');
  return ((await response.json()) as SessionView).actor !== null;
}

async function attempt(method: string, path: string, body?: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(isStill() && { 'muster-still': '1' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    throw new ClientError({
      code: late ? 'timeout' : 'network',
      message: late ? 'The server took too long to answer.' : 'The server cannot be reached.',
      retryable: true,
    });
  }
  if (response.ok) return response;
  throw await problem(response);
}

async function problem(response: Response): Promise<ClientError> {
  try {
    const body = (await response.json()) as Problem;
    return new ClientError({ ...body, message: body.detail || body.title });
  } catch {
    return new ClientError({
      code: response.status === 401 ? 'unauthenticated' : 'internal',
      message: `The server answered with status ${response.status}.`,
      retryable: response.status >= 500,
    });
  }
}

const at = encodeURIComponent;

export interface AuditQuery {
  /** `next` of the page before. */
  after?: string;
  limit?: number;
  act?: string;
  object?: string;
  /** YYYY-MM-DD. */
  from?: string;
  to?: string;
}

function parameters(query: object): string {
  return new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
}

/** Lets the browser keep what a request answers with. Asked for first, so that a refusal is an error and no file. */
async function download(path: string, method = 'GET', body?: unknown): Promise<void> {
  const response = await answer(method, path, body);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name ?? 'muster';
  link.click();
  // After the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const api = {
  session: (as: Role = 'account') => call<SessionView>('GET', `/session?as=${as}`, undefined, true),
  signIn: (input: { username: string; password: string; code?: string }) =>
    call<SessionView>('POST', '/session', input, true),
  /** The OpenID provider, where there is one. */
  oidc: () => call<OidcView>('GET', '/oidc', undefined, true),
  signOut: () => call<void>('DELETE', '/session'),
  setup: (input: { token: string; username: string; name: string; password: string }) =>
    call<SessionView>('POST', '/setup', input, true),

  people: (search = '') => call<{ people: PersonView[] }>('GET', `/people?search=${at(search)}`),
  person: (id: string) => call<PersonView>('GET', `/people/${at(id)}`),
  addPerson: (input: PersonInput) => call<PersonView>('POST', '/people', input),
  changePerson: (id: string, input: Partial<PersonInput>) =>
    call<PersonView>('PATCH', `/people/${at(id)}`, input),
  deletePerson: (id: string) => call<RemovalView>('DELETE', `/people/${at(id)}`),
  giveConsent: (id: string, input: ConsentInput) => call<unknown>('POST', `/people/${at(id)}/consent`, input),
  consents: (id: string) => call<{ consents: ConsentView[] }>('GET', `/people/${at(id)}/consents`),
  withdrawConsent: (id: string) => call<RemovalView>('DELETE', `/people/${at(id)}/consent`),
  consent: () => call<ConsentTextsView>('GET', '/consent'),
  passes: (id: string) => call<PassesView>('GET', `/people/${at(id)}/passes`),
  setPin: (id: string) => call<PinView>('POST', `/people/${at(id)}/pin`),
  removePin: (id: string) => call<void>('DELETE', `/people/${at(id)}/pin`),
  issueBadge: (id: string) => call<BadgeView>('POST', `/people/${at(id)}/badge`),
  revokeBadge: (id: string) => call<void>('DELETE', `/people/${at(id)}/badge`),
  exportPerson: (id: string, input: { embeddings: boolean }) =>
    download(`/people/${at(id)}/export`, 'POST', input),
  retention: () => call<RetentionView>('GET', '/retention'),

  attendance: (date: string) =>
    call<AttendanceView>('GET', date ? `/attendance?date=${date}` : '/attendance'),

  recognition: () => call<RecognitionView>('GET', '/recognition'),
  correct: (input: CorrectionInput) => call<void>('POST', '/attendance/corrections', input),
  exportAttendance: (from: string, to: string) => download(`/attendance/report?${parameters({ from, to })}`),

  devices: () => call<{ devices: DeviceView[] }>('GET', '/devices'),
  createPairing: (input: PairingInput) => call<PairingView>('POST', '/devices/pairing', input),
  changeDevice: (id: string, input: { name?: string; settings?: Partial<DeviceSettings> }) =>
    call<DeviceView>('PATCH', `/devices/${at(id)}`, input),
  revokeDevice: (id: string) => call<void>('DELETE', `/devices/${at(id)}`),
  pair: (code: string) => call<{ actor: Actor }>('POST', '/pairing', { code }, true),
  unpair: () => call<void>('DELETE', '/pairing', undefined, true),

  audit: (query: AuditQuery) => call<AuditPageView>('GET', `/audit?${parameters(query)}`),
  verifyAudit: () => call<AuditVerdictView>('POST', '/audit/verify'),
  exportAudit: (query: AuditQuery) => download(`/audit/export?${parameters(query)}`),

  health: () => call<HealthView>('GET', '/health'),
};
