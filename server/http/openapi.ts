/** The table of endpoints as an OpenAPI 3.1 document. */
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { type Endpoint, LINES_TYPE, STREAM_TYPE, UPLOAD_TYPE } from '../protocol/endpoint.ts';
import { API, ENDPOINTS } from '../protocol/endpoints.ts';
import { type ErrorCode, problem, statusOf } from '../protocol/error.ts';
import { id } from '../protocol/fields.ts';
import { TOKEN_SCOPES } from '../protocol/permissions.ts';
import type {
  Json,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from './openapi-parts.ts';
import { webhookOperations } from './openapi-webhooks.ts';

/** In the order of the document. */
const TAGS: Record<string, string> = {
  health: 'Whether the server works.',
  metrics: 'Figures to operate by.',
  clock: 'When the clock of a server was set.',
  reference: 'This API about itself.',
  session: 'Signing in with a password, and out.',
  setup: 'The first account.',
  oidc: 'Signing in with an identity provider.',
  invitation: 'Accepting an invitation.',
  account: "The caller's own account.",
  accounts: 'Staff accounts, for owners.',
  access: 'Who may see their own record: accounts of employees, for owners and HR.',
  own: 'What employees see and do about themselves.',
  tokens: 'API tokens, for owners.',
  device: 'This browser as a station or camera.',
  claims: 'What stations keep while the server is away.',
  clientFaults: 'Mistakes of the pages.',
  devices: 'Stations and cameras.',
  recognition: 'How faces are recognized.',
  people: 'People and their records.',
  consents: 'Consent to being recognized.',
  peopleActs: 'Acts on many people at once.',
  consentTexts: 'The texts that people agree to: a draft, its release, and every version there was.',
  departments: 'Departments of people, managers and schedules.',
  passes: 'Checking in without a face.',
  attendance: 'Work days.',
  punches: 'Single punches.',
  mail: 'What the server sends by mail, where a mail server is configured.',
  enrollmentInvitations: 'Links with which people enroll their own face, and what they have captured.',
  selfEnrollment: 'What an invited person does on their own phone.',
  corrections: 'Corrections of punches, and their approval.',
  presence: 'Who is in the building.',
  rollCalls: 'Roll calls: everybody who may be in the building, ticked off by wardens.',
  refused: 'Sightings that the database refused as punches.',
  shifts: 'Planned work by the clock: fixed, over midnight, or flexible with a core.',
  rotas: 'Shifts by day of one or several weeks.',
  assignments: 'Which person or department works by which rota, and from when.',
  exceptions: 'Single dates on which other shifts are worked.',
  absences: 'Vacation, sickness, trips and unpaid leave.',
  absenceRequests: 'Absences that employees ask for, and the decisions on them.',
  holidays: 'Public holidays, entered ones, and those of a calendar file.',
  holidayPlaces: 'Countries and regions whose public holidays are known.',
  plan: 'What a person is planned to work, and what is remarkable.',
  balance: 'Overtime by week and month, and the balance that runs on.',
  balanceEntries: 'Starts, payouts and corrections of balances.',
  vacation: 'Vacation allowances, and what is left of them.',
  reports: 'Hours, lateness and leave of people and departments, on pages and as files.',
  payrollProfiles: 'Files for payroll, and what each payroll program wants in them.',
  closings: 'Closed months.',
  sites: 'Sites, and the rules of their work days.',
  decisions: 'Why faces were recognized, or not.',
  events: 'What happens, as it happens.',
  webhooks: 'Other programs that are told what happens, and what they were told.',
  settings: 'What owners set for the whole installation.',
  retention: 'How long data is kept.',
  audit: 'Who did what.',
};

const DESCRIPTION = `Everything that the pages of Muster do, they do over this API.

Programs authenticate with an API token: \`Authorization: Bearer muster_…\`. A token has the scopes that it was created with, out of ${TOKEN_SCOPES.map((scope) => `\`${scope}\``).join(', ')}; what needs no scope of a token is for signed-in people only. Browsers authenticate with cookies.

Errors are problem details (RFC 9457) with a stable \`code\`. Lists are paged: send \`next\` of one page as \`after\` of the next page, until it is null.

A record that two people may edit has a \`version\`, which is also its \`ETag\`. Send it in \`If-Match\` with a change: where the record has changed since, the reply is 412 \`precondition-failed\`.

A creating write accepts an \`Idempotency-Key\` of 16 to 128 characters, best a random UUID. The same request with the same key within 24 hours gets the same reply and creates nothing again.

Dates are \`YYYY-MM-DD\`, instants are ISO 8601 in UTC.`;

export function openApiDocument(): OpenApiDocument {
  const schemas: Record<string, Json> = {};
  const paths: OpenApiDocument['paths'] = {};
  const toJson = (schema: z.ZodType, io: 'input' | 'output') => jsonSchema(schema, io, schemas);
  for (const [name, endpoint] of Object.entries<Endpoint>(ENDPOINTS)) {
    const path = (paths[endpoint.path.replaceAll(':id', '{id}')] ??= {});
    path[endpoint.method.toLowerCase()] = operation(name, endpoint, toJson);
  }
  const webhooks = webhookOperations(toJson);
  toJson(problem, 'output');
  return {
    openapi: '3.1.1',
    info: {
      title: 'Muster',
      version: packageJson.version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: API }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    webhooks,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token.' },
        session: { type: 'apiKey', in: 'cookie', name: 'muster_session', description: 'Signed-in staff.' },
        device: { type: 'apiKey', in: 'cookie', name: 'muster_device', description: 'A paired device.' },
      },
    },
  };
}

/** As it is kept in `docs/openapi.json`. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

type ToJson = (schema: z.ZodType, io: 'input' | 'output') => Json;

function operation(name: string, endpoint: Endpoint, toJson: ToJson): OpenApiOperation {
  const { summary, body, emptyBody, upload } = endpoint;
  const parameters = parametersOf(endpoint, toJson);
  return {
    operationId: name,
    summary,
    description: accessText(endpoint),
    tags: [name.split('.')[0]!],
    security: securityOf(endpoint),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !emptyBody,
        content: { 'application/json': { schema: toJson(body, 'input') } },
      },
    }),
    ...(upload && {
      requestBody: {
        required: true,
        description: upload.description,
        content: { [UPLOAD_TYPE]: { schema: { type: 'string', format: 'binary' } } },
      },
    }),
    responses: responsesOf(endpoint, toJson),
  };
}

function parametersOf({ path, query, versioned, method, idempotent, reply }: Endpoint, toJson: ToJson) {
  const parameters: OpenApiParameter[] = [];
  if (path.includes(':id'))
    parameters.push({ name: 'id', in: 'path', required: true, schema: toJson(id, 'input') });
  for (const [name, field] of Object.entries(query?.shape ?? {})) {
    const { description, ...schema } = toJson(field, 'input');
    parameters.push({
      name,
      in: 'query',
      required: !field.safeParse(undefined).success,
      ...(typeof description === 'string' && { description }),
      schema,
    });
  }
  if (reply && 'stream' in reply) {
    parameters.push({
      name: 'Last-Event-ID',
      in: 'header',
      required: false,
      description: 'The `id` of the last event that the caller has, as browsers send it by themselves.',
      schema: { type: 'string' },
    });
  }
  if (versioned && changes(method)) {
    parameters.push({
      name: 'If-Match',
      in: 'header',
      required: false,
      description: 'The `ETag` of the record as the caller knows it, quoted.',
      schema: { type: 'string' },
    });
  }
  if (idempotent) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'A repeated request with the same key gets the same reply and creates nothing again.',
      schema: { type: 'string', minLength: 16, maxLength: 128 },
    });
  }
  return parameters;
}

function responsesOf(endpoint: Endpoint, toJson: ToJson): Record<string, OpenApiResponse> {
  const { reply, status, otherStatus, location, versioned } = endpoint;
  const responses: Record<string, OpenApiResponse> = {};
  const headers = {
    ...(location && { Location: header('Where the new thing is.') }),
    ...(versioned && reply && { ETag: header('The version of the record.') }),
  };
  const more = Object.keys(headers).length > 0 ? { headers } : {};
  if (!reply) responses['204'] = { description: 'Done.' };
  else if ('redirect' in reply)
    responses['302'] = {
      description: 'The browser is redirected.',
      headers: { Location: header('The address of the next page.') },
    };
  else if ('file' in reply) {
    const content = Object.fromEntries(reply.file.map((type) => [type, { schema: {} }]));
    responses['200'] = { description: 'The file.', content };
  } else if ('stream' in reply) {
    const schema = {
      type: 'string',
      description:
        'Each event has its number as `id`, its type as `event`, and as `data` the JSON of a `StreamedEvent`.',
    };
    toJson(reply.stream, 'output');
    responses['200'] = { description: 'Server-sent events.', content: { [STREAM_TYPE]: { schema } } };
  } else if ('lines' in reply) {
    const part = (name: string, schema: z.ZodType) => ({
      type: 'object',
      properties: { [name]: toJson(schema, 'output') },
      required: [name],
    });
    const schema = {
      description: 'One line of the reply: progress, and at the end the result or a problem.',
      oneOf: [
        part('progress', reply.lines.progress),
        part('result', reply.lines.result),
        part('problem', problem),
      ],
    };
    responses['200'] = { description: 'Lines of JSON.', content: { [LINES_TYPE]: { schema } } };
  } else {
    const content = { 'application/json': { schema: toJson(reply, 'output') } };
    responses[String(status ?? 200)] = { description: status ? 'Created.' : 'Done.', ...more, content };
    if (otherStatus) responses[String(otherStatus)] = { description: 'Not everything is well.', content };
  }
  const byStatus = Map.groupBy(errorsOf(endpoint), statusOf);
  for (const [number, codes] of [...byStatus].toSorted(([a], [b]) => a - b)) {
    responses[String(number)] ??= {
      description: codes.map((code) => `\`${code}\``).join(', '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

function changes(method: Endpoint['method']): boolean {
  return method === 'PUT' || method === 'PATCH' || method === 'DELETE';
}

function header(description: string): Json {
  return { description, schema: { type: 'string' } };
}

function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { access, proof, body, upload, query, versioned, method, idempotent, errors = [] } = endpoint;
  const open = access === 'anyone' || access === 'known';
  return [
    ...new Set<ErrorCode>([
      ...(body || upload || versioned ? (['bad-request'] as const) : []),
      ...(open ? [] : (['unauthenticated'] as const)),
      ...(proof ? (['reauthentication-needed'] as const) : []),
      ...(open ? [] : (['forbidden'] as const)),
      ...(body || upload || query || idempotent ? (['validation-failed'] as const) : []),
      ...(versioned && changes(method) ? (['precondition-failed'] as const) : []),
      ...(idempotent ? (['conflict'] as const) : []),
      ...errors,
      'rate-limited' as const,
    ]),
  ];
}

function securityOf({ access, staffOnly, proof }: Endpoint): Json[] {
  if (access === 'anyone') return [{}];
  if (access === 'known') return [{}, { session: [] }, { device: [] }, { token: [] }];
  const byToken = (TOKEN_SCOPES as readonly string[]).includes(access) && !staffOnly && !proof;
  return [{ session: [] }, ...(byToken ? [{ token: [] }] : [])];
}

function accessText({ access, proof, staffOnly, onMachine }: Endpoint): string {
  const who =
    access === 'anyone' || access === 'known'
      ? 'Open to everybody.'
      : access === 'account'
        ? 'For signed-in staff.'
        : `Needs the permission \`${access}\`${staffOnly ? ', and is not for tokens' : ''}.`;
  if (onMachine) return `${who} On the plain HTTP port of the server's own machine, it needs nothing.`;
  return proof ? `${who} The caller must have proved who they are in the last minutes.` : who;
}

/** A schema with its named parts moved to the components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Json>): Json {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & {
    $defs?: Record<string, Json>;
  };
  const { $schema: _, $defs = {}, ...own } = made;
  for (const [name, part] of Object.entries($defs)) components[name] ??= published(part, io) as Json;
  const name = z.globalRegistry.get(schema)?.id;
  if (name === undefined) return published(own, io) as Json;
  components[name] ??= published(own, io) as Json;
  return { $ref: `#/components/schemas/${name}` };
}

/**
 * Without what says nothing to a reader: the names of parts inside the parts, the bounds of safe integers. Some
 * generators of clients know no tuples, so that a pair of numbers is a list of two; and some look for the type in each part.
 */
function published(value: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map((inner) => published(inner, io));
  if (typeof value !== 'object' || value === null) return value;
  const { prefixItems, ...list } = value as { prefixItems?: unknown[] };
  const { type, allOf } = value as { type?: unknown; allOf?: Json[] };
  if (type !== undefined && allOf?.some((part) => part['type'] === undefined)) {
    return published({ ...value, allOf: allOf.map((part) => Object.assign({ type }, part)) }, io);
  }
  if (prefixItems && new Set(prefixItems.map((item) => JSON.stringify(item))).size === 1) {
    return published({ ...list, items: prefixItems[0] }, io);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => {
        if (name === 'id') return typeof inner !== 'string';
        // A later version may add fields to a reply: clients ignore what they do not know.
        if (name === 'additionalProperties') return io === 'input' || inner !== false;
        return !(typeof inner === 'number' && Math.abs(inner) === Number.MAX_SAFE_INTEGER);
      })
      .map(([name, inner]) => [
        name,
        name === '$ref' && typeof inner === 'string'
          ? inner.replace('#/$defs/', '#/components/schemas/')
          : published(inner, io),
      ]),
  );
}
