import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { CoreServices } from '../services.ts';

export function consentTextHandlers({
  consentTextService,
}: Pick<CoreServices, 'consentTextService'>): Handlers<'consentTexts'> {
  return {
    'consentTexts.draft': () => consentTextService.draft(),
    'consentTexts.saveDraft': ({ body }, { account, expected }) =>
      consentTextService.saveDraft(body, account, expected),
    'consentTexts.discardDraft': () => consentTextService.discardDraft(),
    'consentTexts.release': ({ body }, { account }) => consentTextService.release(body, account),
    'consentTexts.versions': async ({ query }) => {
      const { items, next } = pageOf(await consentTextService.versions(), query, ({ version }) => version);
      return { versions: items, next };
    },
    'consentTexts.version': ({ query }) => consentTextService.version(query.version),
  };
}
