/** The API reference as one page of HTML: made on the server, without a script, and with nothing loaded from elsewhere. */
import { createHash } from 'node:crypto';
import type { Json, OpenApiDocument, OpenApiOperation, OpenApiParameter } from './openapi-parts.ts';

export interface ReferencePage {
  html: string;
  /** A content security policy that allows the style of this page and nothing else. */
  policy: string;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --quiet: #6b7280; --accent: #2f6f5e; }
@media (prefers-color-scheme: dark) { :root { --quiet: #9ca3af; --accent: #7fc8b4; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 'Inter Variable', system-ui, sans-serif; }
a { color: var(--accent); }
.layout { display: grid; grid-template-columns: 16rem minmax(0, 60rem); gap: 3rem; max-width: 84rem; margin: 0 auto; padding: 0 1.5rem 6rem; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 2.5rem 0; font-size: 0.875rem; }
nav strong { display: block; margin: 1.1rem 0 0.2rem; text-transform: capitalize; }
nav a { display: block; padding: 0.1rem 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { text-decoration: underline; }
main { padding-top: 2.5rem; min-width: 0; }
h1 { font-size: 2rem; margin: 0; }
h2 { margin: 3.5rem 0 0.25rem; text-transform: capitalize; }
h3 { margin: 0; font-size: 1.05rem; }
p { margin: 0.5rem 0; }
code { font: 0.875em ui-monospace, monospace; background: var(--soft); padding: 0.1em 0.35em; border-radius: 4px; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
article { border: 1px solid var(--line); border-radius: 12px; margin: 1rem 0; padding: 1rem 1.25rem; scroll-margin-top: 1rem; }
.route { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; margin-bottom: 0.6rem; font-family: ui-monospace, monospace; font-size: 0.9rem; overflow-wrap: anywhere; }
.method { min-width: 4.2rem; text-align: center; border-radius: 6px; padding: 0.1rem 0.5rem; color: #fff; background: #4b6cb7; font-weight: 650; font-size: 0.75rem; }
.method.post { background: #2e7d57; } .method.put, .method.patch { background: #a86a15; } .method.delete { background: #b3423c; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; margin: 0.4rem 0 0.8rem; }
td { border-top: 1px solid var(--line); padding: 0.35rem 0.75rem 0.35rem 0; vertical-align: top; }
td:first-child { width: 13rem; }
h4 { margin: 1rem 0 0.2rem; font-size: 0.8125rem; color: var(--quiet); }
@media (max-width: 60rem) { .layout { grid-template-columns: minmax(0, 1fr); } nav { display: none; } td:first-child { width: auto; } }
`;

export function referencePage(document: OpenApiDocument): ReferencePage {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const byTag = document.tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const { title, version, description } = document.info;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} API</title>
<style>${STYLE}</style>
</head>
<body>
<div class="layout">
<nav aria-label="Endpoints">
${byTag.map(({ name, operations: of }) => `<strong>${escape(name)}</strong>${of.map(({ operation }) => `<a href="#${operation.operationId}">${escape(operation.operationId)}</a>`).join('')}`).join('\n')}
<strong>Messages to webhooks</strong>
${Object.values(document.webhooks)
  .map(({ post }) => `<a href="#${post.operationId}">${escape(post.operationId)}</a>`)
  .join('')}
<strong>Schemas</strong>
${Object.keys(document.components.schemas)
  .map((name) => `<a href="#schema-${name}">${escape(name)}</a>`)
  .join('')}
</nav>
<main>
<h1>${escape(title)} API</h1>
<p class="quiet">Version ${escape(version)} · <a href="openapi.json">openapi.json</a></p>
${description
  .split('\n\n')
  .map((text) => `<p>${inline(text)}</p>`)
  .join('\n')}
${byTag
  .map(
    ({ name, description: about, operations: of }) =>
      `<section><h2>${escape(name)}</h2><p class="quiet">${inline(about)}</p>${of
        .map(({ path, method, operation }) => article(path, method, operation, document))
        .join('\n')}</section>`,
  )
  .join('\n')}
<section><h2>Messages to webhooks</h2><p class="quiet">What receivers get, signed by Standard Webhooks.</p>
${Object.entries(document.webhooks)
  .map(([name, { post }]) => message(name, post))
  .join('\n')}
</section>
<section><h2>Schemas</h2>
${Object.entries(document.components.schemas)
  .map(
    ([name, schema]) =>
      `<article id="schema-${name}"><h3>${escape(name)}</h3>${inlineOf(schema['description'])}${fields(schema) || `<p>${type(schema)}</p>`}</article>`,
  )
  .join('\n')}
</section>
</main>
</div>
</body>
</html>
`;
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return {
    html,
    policy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

function article(
  path: string,
  method: string,
  operation: OpenApiOperation,
  document: OpenApiDocument,
): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody && schemaOf(requestBody['content'] as Json);
  return `<article id="${operationId}">
<div class="route"><span class="method ${method}">${method.toUpperCase()}</span>${escape(document.servers[0]!.url + path)}</div>
<h3>${inline(summary)}</h3>
<p class="quiet">${inline(description)}</p>
${parameters.length > 0 ? `<h4>Parameters</h4><table>${parameters.map(parameter).join('')}</table>` : ''}
${body ? `<h4>Body</h4>${fields(body) || `<p>${type(body)}</p>`}` : ''}
<h4>Replies</h4>
<table>${Object.entries(responses)
    .map(([status, reply]) => {
      const schema = reply.content && schemaOf(reply.content);
      const types = Object.keys(reply.content ?? {}).filter((name) => !name.includes('json'));
      const isProblem = Number(status) >= 400 && reply.description.startsWith('`');
      return `<tr><td><code>${status}</code></td><td>${inline(reply.description)} ${
        !schema || isProblem ? '' : types.length > 0 ? types.map(escape).join(', ') : type(schema)
      }</td></tr>`;
    })
    .join('')}</table>
</article>`;
}

function message(
  name: string,
  { operationId, summary, parameters = [], requestBody }: OpenApiOperation,
): string {
  return `<article id="${operationId}">
<h3>${escape(name)}</h3>
<p>${inline(summary)}</p>
<h4>Headers</h4><table>${parameters.map(parameter).join('')}</table>
<h4>Body</h4>${fields(schemaOf(requestBody!['content'] as Json)!)}
</article>`;
}

function parameter({ name, in: place, required, description = '', schema }: OpenApiParameter): string {
  return `<tr><td><code>${escape(name)}</code></td><td>${type(schema)} <span class="quiet">${place}${
    required ? ', required' : ''
  }</span> ${inline(description)}</td></tr>`;
}

function schemaOf(content: Json): Json | undefined {
  const [first] = Object.values(content) as { schema: Json }[];
  return first?.schema;
}

/** The fields of an object as rows of a table; empty for anything else. */
function fields(schema: Json): string {
  const properties = schema['properties'] as Record<string, Json> | undefined;
  if (!properties) return '';
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  return `<table>${Object.entries(properties)
    .map(
      ([name, field]) =>
        `<tr><td><code>${escape(name)}</code></td><td>${type(field)}${
          required.has(name) ? '' : ' <span class="quiet">optional</span>'
        } ${typeof field['description'] === 'string' ? inline(field['description']) : ''}</td></tr>`,
    )
    .join('')}</table>`;
}

function type(schema: Json): string {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = reference.replace('#/components/schemas/', '');
    return `<a href="#schema-${escape(name)}">${escape(name)}</a>`;
  }
  const choices = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if (choices) return choices.map(type).join(' or ');
  if (schema['const'] !== undefined) return `<code>${escape(JSON.stringify(schema['const']))}</code>`;
  if (Array.isArray(schema['enum'])) {
    return schema['enum'].map((value) => `<code>${escape(String(value))}</code>`).join(' ');
  }
  if (schema['type'] === 'array') return `list of ${type((schema['items'] ?? {}) as Json)}`;
  if (schema['type'] === 'object' && schema['properties']) return fields(schema);
  const name = typeof schema['type'] === 'string' ? schema['type'] : 'any value';
  const format = typeof schema['format'] === 'string' ? ` (${schema['format']})` : '';
  const most = typeof schema['maxLength'] === 'number' ? `, at most ${schema['maxLength']} characters` : '';
  return escape(name + format + most);
}

function inlineOf(text: unknown): string {
  return typeof text === 'string' ? `<p>${inline(text)}</p>` : '';
}

/** Text with `code` in it. */
function inline(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
