import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Account } from './account.ts';

/** A consent text that is or was in force. It is never changed after a person has agreed to it. */
export const ConsentTextRow = defineEntity({
  name: 'ConsentTextRow',
  tableName: 'consent_text',
  properties: {
    version: p.text().primary(),
    language: p.text().primary(),
    text: p.text(),
    since: p.datetime(3).onCreate(() => new Date()),
    /** Whether people who agreed to an earlier version are to agree to this one. The same in each language. */
    asksAgain: p.boolean().default(true),
    /** The account that released it on a page; null for a text from a file. */
    releasedBy: p.manyToOne(Account).mapToPk().joinColumn('released_by').deleteRule('restrict').nullable(),
  },
});
export type ConsentTextRow = InferEntity<typeof ConsentTextRow>;

/** What is being written for the next version, in one language. */
export const ConsentDraft = defineEntity({
  name: 'ConsentDraft',
  tableName: 'consent_draft',
  properties: {
    language: p.text().primary(),
    text: p.text(),
    changedBy: p.manyToOne(Account).mapToPk().joinColumn('changed_by').deleteRule('restrict'),
    changedAt: p.datetime(3),
  },
});
export type ConsentDraft = InferEntity<typeof ConsentDraft>;
