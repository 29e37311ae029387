import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '#protocol/endpoints.ts';
import type { Endpoint } from '#protocol/endpoint.ts';
import { openApiDocument, openApiText } from './openapi.ts';
import { EVENT_TYPES } from '#protocol/events.ts';
import { referencePage } from './reference-page.ts';

const document = openApiDocument();

describe('the OpenAPI document', () => {
  it('the OpenAPI document is the one that is kept in docs/openapi.json: run `npm run openapi` after a change of the API', async () => {
    const kept = await readFile(path.resolve(import.meta.dirname, '../../docs/openapi.json'), 'utf8');
    expect(openApiText()).toBe(kept);
  });

  it('fits the schema of OpenAPI 3.1, and a mistake in it would be found', async () => {
    const right = JSON.parse(openApiText()) as Record<string, object>;
    expect(await new Validator().validate(right)).toMatchObject({ valid: true });
    const wrong = { ...right, paths: { '/people': { get: { responses: [] } } } };
    expect(await new Validator().validate(wrong)).toMatchObject({ valid: false });
  });

  it('describes every endpoint of the table once, with a summary of one sentence', () => {
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(described.map(({ operationId }) => operationId).toSorted()).toEqual(
      Object.keys(ENDPOINTS).toSorted(),
    );
    for (const { summary } of described) expect(summary).toMatch(/^[A-Z][^]*\.$/);
  });

  it('describes every message that receivers of webhooks get, with a sentence and all that it tells', () => {
    const { webhooks } = document;
    expect(Object.keys(webhooks).toSorted()).toEqual([...EVENT_TYPES, 'webhook.test'].toSorted());
    for (const [type, { post }] of Object.entries(webhooks)) {
      expect(post.summary).toMatch(/^[A-Z][^]*\.$/);
      expect(post.parameters!.map(({ name }) => name)).toEqual([
        'webhook-id',
        'webhook-timestamp',
        'webhook-signature',
      ]);
      const body = post.requestBody as { content: { 'application/json': { schema: object } } };
      expect(body.content['application/json'].schema).toMatchObject({
        type: 'object',
        properties: {
          type: { const: type },
          data: { type: 'object' },
          ...(type !== 'webhook.test' && { sequence: { type: 'integer' } }),
        },
      });
    }
    // The schemas are those that the events are written by.
    const { schema } = (
      webhooks['punch.created']!.post.requestBody as never as Record<
        'content',
        Record<string, { schema: { properties: { data: object } } }>
      >
    ).content['application/json']!;
    expect(schema.properties.data).toMatchObject({
      properties: { punch: { $ref: '#/components/schemas/EventPunch' } },
      required: ['punch'],
    });
  });

  it('the OpenAPI document has a tag with a description for every subject', () => {
    const subjects = new Set(Object.keys(ENDPOINTS).map((id) => id.split('.')[0]));
    expect(new Set(document.tags.map(({ name }) => name))).toEqual(subjects);
  });

  it('refers only to schemas that it holds', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!);
    const known = new Set(
      Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`),
    );
    expect(references.filter((to) => !known.has(to))).toEqual([]);
    expect(references.length).toBeGreaterThan(100);
  });

  it('offers If-Match and ETag where two people may edit the same record', () => {
    // Where a camera is fetched cannot be read back, so nobody edits what they have read.
    const patched = Object.entries(document.paths).filter(
      ([at, { patch }]) => patch && at !== '/devices/{id}/rtsp',
    );
    expect(patched.map(([at]) => at)).toEqual([
      '/accounts/{id}',
      '/devices/{id}',
      '/people/{id}',
      '/departments/{id}',
      '/consent-texts/draft',
      '/sites/{id}',
      '/shifts/{id}',
      '/rotas/{id}',
      '/assignments/{id}',
      '/exceptions/{id}',
      '/absences/{id}',
      '/holidays/{id}',
      '/settings',
      '/payroll-profiles/{id}',
    ]);
    for (const [, { get, patch }] of patched) {
      expect(get?.responses['200']?.headers).toHaveProperty('ETag');
      expect(patch?.parameters?.map(({ name }) => name)).toContain('If-Match');
      expect(patch?.responses).toHaveProperty('412');
    }
  });

  it('pages every list', () => {
    for (const [name, endpoint] of Object.entries<Endpoint>(ENDPOINTS)) {
      if (!name.endsWith('.list')) continue;
      expect([name, Object.keys(endpoint.query?.shape ?? {})]).toEqual([
        name,
        expect.arrayContaining(['limit', 'after']) as string[],
      ]);
    }
  });
});

describe('the reference page', () => {
  const { html, policy } = referencePage(document);

  it('the reference page loads nothing and runs no script', () => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|@import|url\(|style="/);
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/);
  });

  it('the reference page shows every endpoint and every schema, and links to nothing that is not there', () => {
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const id of Object.keys(ENDPOINTS)) expect(ids).toContain(id);
    for (const name of Object.keys(document.components.schemas)) expect(ids).toContain(`schema-${name}`);
    for (const type of Object.keys(document.webhooks)) expect(ids).toContain(`webhook.${type}`);
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !ids.has(id))).toEqual([]);
  });
});
