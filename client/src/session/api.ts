/** The REST API, typed. Every failure is a ClientError; an ended session leads to the sign-in page and back. */
import type {
  AttendanceView,
  ConsentText,
  DeviceView,
  HealthView,
  PairingInput,
  PairingView,
  PersonInput,
  PersonView,
  Problem,
  SessionView,
} from '../../../server/protocol/api.ts';
import type { Actor, DeviceSettings } from '../../../server/protocol/signaling.ts';
import { ClientError } from './client-error.ts';

/** A browser may hold both cookies, of an account and of a device: a page says which of them it speaks for. */
export type Role = 'account' | 'device';

const TIMEOUT = 15_000;

let onUnauthenticated: () => void = () => {};

/** Called whenever a request of an account finds its session ended. */
export function whenUnauthenticated(handler: () => void) {
  onUnauthenticated = handler;
}

async function call<T>(method: string, path: string, body?: unknown, quiet = false): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
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
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const error = await problem(response);
  if (error.code === 'unauthenticated' && !quiet) onUnauthenticated();
  throw error;
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

export const api = {
  session: (as: Role = 'account') => call<SessionView>('GET', `/session?as=${as}`, undefined, true),
  signIn: (input: { username: string; password: string }) =>
    call<SessionView>('POST', '/session', input, true),
  signOut: () => call<void>('DELETE', '/session'),
  setup: (input: { token: string; username: string; name: string; password: string }) =>
    call<SessionView>('POST', '/setup', input, true),

  people: (search = '') => call<{ people: PersonView[] }>('GET', `/people?search=${at(search)}`),
  person: (id: string) => call<PersonView>('GET', `/people/${at(id)}`),
  addPerson: (input: PersonInput) => call<PersonView>('POST', '/people', input),
  changePerson: (id: string, input: Partial<PersonInput>) =>
    call<PersonView>('PATCH', `/people/${at(id)}`, input),
  deletePerson: (id: string) => call<void>('DELETE', `/people/${at(id)}`),
  giveConsent: (id: string, input: { version: string; language: string }) =>
    call<unknown>('POST', `/people/${at(id)}/consent`, input),
  deleteTemplates: (id: string) => call<void>('DELETE', `/people/${at(id)}/templates`),
  consent: () => call<ConsentText>('GET', '/consent'),

  attendance: (date: string) =>
    call<AttendanceView>('GET', date ? `/attendance?date=${date}` : '/attendance'),

  devices: () => call<{ devices: DeviceView[] }>('GET', '/devices'),
  createPairing: (input: PairingInput) => call<PairingView>('POST', '/devices/pairing', input),
  changeDevice: (id: string, input: { name?: string; settings?: Partial<DeviceSettings> }) =>
    call<DeviceView>('PATCH', `/devices/${at(id)}`, input),
  revokeDevice: (id: string) => call<void>('DELETE', `/devices/${at(id)}`),
  pair: (code: string) => call<{ actor: Actor }>('POST', '/pairing', { code }, true),
  unpair: () => call<void>('DELETE', '/pairing', undefined, true),

  health: () => call<HealthView>('GET', '/health'),
};
