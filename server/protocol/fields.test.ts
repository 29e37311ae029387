import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { asLine, isTimeZone, prose, title } from './fields.ts';
import { requestSchemas } from './signaling.ts';

/** What a list, a log or a terminal would show as something else, or not at all. */
const UNSEEN = ['\u0007', '\u001B[2J', '\u202E', '\u2066', '\u200B', '\u2028', '\u0085'];

describe('text that a person writes', () => {
  it.each(UNSEEN)('a name with %j is refused', (character) => {
    expect(title.safeParse(`Door${character}east`).success).toBe(false);
    expect(prose(80).safeParse(`Door${character}east`).success).toBe(false);
  });

  it.each(['Zoë', 'Ái Vân', '李雷', 'علی', 'O’Brien-Smith', 'Tür 2 (Süd)'])(
    'the name %s is accepted',
    (name) => {
      expect(title.parse(` ${name} `)).toBe(name);
    },
  );

  it('a name has one line, and prose may have several', () => {
    expect(title.safeParse('Door\neast').success).toBe(false);
    expect(prose(80).parse('Forgot to punch.\nWas here at 8.')).toBe('Forgot to punch.\nWas here at 8.');
  });

  it('a text from an unchecked program becomes a line', () => {
    expect(asLine(' Grace\u202E\n\tHopper\u0007 ', 80)).toBe('Grace Hopper');
    expect(asLine('abcdef', 3)).toBe('abc');
  });
});

/** Secrets and ids are compared and never shown; the rest is checked by other rules than a pattern. The log escapes. */
const NOT_SHOWN =
  /(password|current|code|token|pin|return|username|version|language|number|Id|phone|timeZone|ics|hello\.page|claims\[\]\.text)$/i;

describe('every field that a person can fill in', () => {
  const bodies: [string, z.ZodType][] = [
    ...Object.entries<Endpoint>(ENDPOINTS).flatMap(([id, { body }]): [string, z.ZodType][] =>
      body ? [[id, body]] : [],
    ),
    ...Object.entries<z.ZodType>(requestSchemas),
  ];

  it('refuses characters that cannot be printed, unless it is a secret, is only compared or goes into the log', () => {
    const open = bodies.flatMap(([id, schema]) =>
      freeTexts(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).map(
        (path) => `${id}${path}`,
      ),
    );
    expect(open.filter((path) => !NOT_SHOWN.test(path) && !path.startsWith('clientFaults.'))).toEqual([]);
  });
});

/** Paths of the strings that no pattern, format or list of words restricts. */
function freeTexts(schema: z.core.JSONSchema._JSONSchema, path = ''): string[] {
  if (typeof schema === 'boolean') return [];
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [], additionalProperties } = schema;
  const restricted =
    schema.pattern !== undefined ||
    schema.format !== undefined ||
    schema.enum !== undefined ||
    schema.const !== undefined;
  return [
    ...(schema.type === 'string' && !restricted ? [path] : []),
    ...Object.entries(properties).flatMap(([name, inner]) => freeTexts(inner, `${path}.${name}`)),
    ...[items ?? []].flat().flatMap((inner) => freeTexts(inner, `${path}[]`)),
    ...[...anyOf, ...oneOf, ...(allOf.some(restricts) ? [] : allOf)].flatMap((inner) =>
      freeTexts(inner, path),
    ),
    ...(typeof additionalProperties === 'object' ? freeTexts(additionalProperties, `${path}.*`) : []),
  ];
}

function restricts(schema: z.core.JSONSchema._JSONSchema): boolean {
  return typeof schema === 'object' && schema.pattern !== undefined;
}

describe('a time zone', () => {
  it.each(['Europe/Paris', 'UTC', 'America/Argentina/Buenos_Aires'])('%s is one', (zone) => {
    expect(isTimeZone(zone)).toBe(true);
  });

  it.each([':/etc/localtime', 'Berlin', '+01:00', 'CET-1CEST', '', 'Etc/Unknown'])(
    '%j is not a time zone',
    (zone) => {
      expect(isTimeZone(zone)).toBe(false);
    },
  );
});
