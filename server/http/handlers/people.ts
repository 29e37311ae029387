/** People: their records, consent, other ways to check in, and what is stored about them. */
import type { PersonView } from '../../protocol/people.ts';
import { MusterError } from '../../protocol/error.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from '../page.ts';
import type { CoreServices } from '../services.ts';
import { personFile } from './person-file.ts';

export function peopleHandlers({
  people,
  consents,
  passes,
  personalData,
  peopleImport,
  peopleFile,
  peopleMerge,
}: Pick<
  CoreServices,
  'people' | 'consents' | 'passes' | 'personalData' | 'peopleImport' | 'peopleFile' | 'peopleMerge'
>): Handlers<'people' | 'consents' | 'passes'> {
  async function existing(id: string): Promise<PersonView> {
    const person = await people.get(id);
    if (!person) throw new MusterError('not-found', 'There is no such person.');
    return person;
  }

  return {
    'people.list': ({ query }) => people.page(query),

    'people.create': ({ body }) => people.create(body),

    'people.count': ({ query }) => people.count(query),

    'people.reenrollment': ({ query }) => people.reenrollment(query.search),

    // A link to a record that was merged leads to the one that has its data.
    'people.get': async ({ params }) => existing(await people.mergedInto(params.id)),

    'people.update': ({ params, body }, { expected }) => people.update(params.id, body, expected),

    'people.erase': ({ params }, { expected }) => people.erase(params.id, expected),

    'people.previewMerge': ({ params, query }) => peopleMerge.preview(params.id, query.goes),

    'people.merge': ({ params, body }, { account }) => peopleMerge.merge(params.id, body, account),

    'people.export': async ({ params, body }) => {
      return personFile(params.id, await personalData.export(params.id, body));
    },

    'people.file': ({ query }) => peopleFile.open(query),

    'people.previewImport': ({ query, body }) => peopleImport.preview(body.bytes, query),

    'people.import':
      ({ query, body }) =>
      (report) =>
        peopleImport.run(body.bytes, query, report),

    'consents.texts': () => consents.texts.current,

    'consents.list': async ({ params, query }) => {
      const history = await consents.history(params.id);
      const { items, next } = pageOf(history, query, ({ givenAt }) => givenAt);
      return { consents: items, next };
    },

    'consents.give': async ({ params, body }, { account }) => {
      await consents.give(params.id, body, { accountId: account.accountId });
      return existing(params.id);
    },

    'consents.withdraw': ({ params }, { account }) =>
      consents.withdraw(params.id, { accountId: account.accountId }),

    'passes.get': ({ params }) => passes.view(params.id),

    'passes.setPin': ({ params }) => passes.setPin(params.id),

    'passes.removePin': ({ params }) => passes.removePin(params.id),

    'passes.issueBadge': ({ params }) => passes.issueBadge(params.id),

    'passes.revokeBadge': ({ params }) => passes.revokeBadge(params.id),
  };
}
