/** The API about itself. */
import type { Handlers } from '../handler.ts';
import { openApiDocument, openApiText } from '../openapi.ts';
import { type ReferencePage, referencePage } from '../reference-page.ts';

export function referenceHandlers(): Handlers<'reference'> {
  let made: { document: string; page: ReferencePage } | null = null;
  const make = () => {
    if (made) return made;
    const document = openApiDocument();
    return (made = { document: openApiText(), page: referencePage(document) });
  };
  return {
    'reference.document': () => ({ content: make().document }),
    'reference.page': (_request, context) => {
      const { html, policy } = make().page;
      context.setHeader('Content-Security-Policy', policy);
      return { content: html };
    },
  };
}
