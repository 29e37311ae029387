/** The API about itself. */
import { openApiDocument } from '../openapi.ts';
import { referencePage } from '../reference-page.ts';
import type { Handlers } from '../handler.ts';

export function referenceHandlers(): Handlers<'reference'> {
  let made: { document: string; page: string } | null = null;
  const make = () => {
    if (made) return made;
    const document = openApiDocument();
    return (made = { document: JSON.stringify(document), page: referencePage(document) });
  };
  return {
    'reference.document': () => ({ content: make().document }),
    'reference.page': () => ({ content: make().page }),
  };
}
