/**
 * The REST API: `api.people.update({ params: { id }, body })` calls the endpoint `people.update` of the table. Every
 * failure is a ClientError; an ended session leads to the sign-in page and back.
 */
import { type AnswerOf, type CallOf, type Endpoint, UPLOAD_TYPE } from '#protocol/endpoint.ts';
import { API, type EndpointId, ENDPOINTS, type Endpoints } from '#protocol/endpoints.ts';
import { detailsOf, type ErrorDetails, type Problem } from '#protocol/error.ts';
import type { SessionView } from '#protocol/session.ts';
import { isStill } from './activity.ts';
import { ClientError } from './client-error.ts';
import { download } from './downloads.ts';
import { problemError, resultOf } from './reply-lines.ts';

type Subject = EndpointId extends infer E ? (E extends `${infer S}.${string}` ? S : never) : never;
type Call<E extends EndpointId> =
  Partial<CallOf<Endpoints[E]>> extends CallOf<Endpoints[E]>
    ? (call?: CallOf<Endpoints[E]>) => Promise<AnswerOf<Endpoints[E]>>
    : (call: CallOf<Endpoints[E]>) => Promise<AnswerOf<Endpoints[E]>>;
type Api = {
  [S in Subject]: { [E in EndpointId as E extends `${S}.${infer Verb}` ? Verb : never]: Call<E> };
};

/** The options of a call, for any endpoint. */
interface AnyCall {
  params?: { id: string };
  query?: Record<string, unknown>;
  body?: unknown;
  /** The version of the record that the page shows: the server refuses the change if the record has changed since. */
  version?: string;
  /** Of a reply in lines. */
  onProgress?: (progress: never) => void;
  /** Of this act and its repetitions; a new one by default. */
  key?: string;
}

export const api = new Proxy({} as Api, {
  get: (_api, subject: string) =>
    new Proxy(
      {},
      { get: (_subject, verb: string) => (call?: AnyCall) => send(`${subject}.${verb}` as EndpointId, call) },
    ),
});

/** Where an endpoint is, for a link or a picture. */
export function addressOf<E extends EndpointId>(id: E, call: CallOf<Endpoints[E]>): string {
  return address(ENDPOINTS[id], call as AnyCall);
}

/** Whoever asks need not be signed in, so that the sign-in page would be no help. */
const QUIET: ReadonlySet<string> = new Set(['anyone', 'known', 'self-enroll']);

const TIMEOUT = 15_000;

let onUnauthenticated: () => void = () => {};

/** What people can confirm their identity with. `password`: false for an account that signs in with an identity provider. */
export type ProofNeeded = ErrorDetails['reauthentication-needed'];

let onReauthentication: (needed: ProofNeeded) => Promise<boolean> = () => Promise.resolve(false);

/** The handler asks for a proof of identity. When it resolves to true, the request is repeated. */
export function whenReauthenticationNeeded(handler: (needed: ProofNeeded) => Promise<boolean>) {
  onReauthentication = handler;
}

/** Called whenever a request of an account finds its session ended. */
export function whenUnauthenticated(handler: () => void) {
  onUnauthenticated = handler;
}

async function send(id: EndpointId, call: AnyCall = {}): Promise<unknown> {
  const endpoint: Endpoint = ENDPOINTS[id];
  // One key for all attempts: what the first attempt created is not created again.
  const key = endpoint.idempotent ? (call.key ?? crypto.randomUUID()) : undefined;
  const once = () => attempt(endpoint, call, { key });
  if (endpoint.reply && 'file' in endpoint.reply) {
    return download((signal) => insisting(() => attempt(endpoint, call, { key, signal })));
  }
  if (endpoint.reply && 'lines' in endpoint.reply) {
    const response = await insisting(once);
    return await resultOf(response, (call.onProgress ?? (() => {})) as (progress: unknown) => void);
  }
  // The reply of 401 to a wrong password is not an ended session.
  const quiet = QUIET.has(endpoint.access) || id === 'session.prove';
  const response = quiet ? await once() : await insisting(once);
  if (!endpoint.reply) return undefined;
  try {
    return await response.json();
  } catch {
    throw new ClientError({
      code: 'internal',
      message: 'The server’s reply cannot be read.',
      retryable: true,
    });
  }
}

/** Repeats the request after a proof of identity, or if the session was renewed in the meantime. */
async function insisting(once: () => Promise<Response>): Promise<Response> {
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const again =
      error.code === 'reauthentication-needed'
        ? await onReauthentication(
            detailsOf(error, 'reauthentication-needed') ?? { password: true, secondFactor: false },
          )
        : error.code === 'unauthenticated' && (await isSignedIn());
    if (again) return once();
    if (error.code === 'unauthenticated') onUnauthenticated();
    throw error;
  }
}

async function isSignedIn(): Promise<boolean> {
  const response = await attempt(ENDPOINTS['session.get'], { query: { as: 'account' } });
  return ((await response.json()) as SessionView).actor !== null;
}

function address({ path }: Endpoint, { params, query = {} }: AnyCall): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${API}${path.replace(':id', encodeURIComponent(params?.id ?? ''))}${text && `?${text}`}`;
}

interface AttemptOptions {
  key?: string | undefined;
  /** In place of the time limit. A file may take as long as it takes. */
  signal?: AbortSignal | null;
}

async function attempt(
  endpoint: Endpoint,
  call: AnyCall,
  { key, signal = endpoint.upload ? null : AbortSignal.timeout(TIMEOUT) }: AttemptOptions = {},
): Promise<Response> {
  const { body, version } = call;
  let response: Response;
  try {
    response = await fetch(address(endpoint, call), {
      method: endpoint.method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': endpoint.upload ? UPLOAD_TYPE : 'application/json' }),
        ...(version !== undefined && { 'if-match': `"${version}"` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(isStill() && { 'muster-still': '1' }),
      },
      ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
      signal,
    });
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    throw new ClientError({
      code: late ? 'timeout' : 'network',
      message: late ? 'The server took too long to answer.' : 'The server cannot be reached.',
      retryable: true,
    });
  }
  if (response.ok || response.status === endpoint.otherStatus) return response;
  throw await problem(response);
}

async function problem(response: Response): Promise<ClientError> {
  try {
    return problemError((await response.json()) as Problem);
  } catch {
    return new ClientError({
      code: response.status === 401 ? 'unauthenticated' : 'internal',
      message: `The server answered with status ${response.status}.`,
      retryable: response.status >= 500,
    });
  }
}
