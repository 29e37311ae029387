import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** A consent text that is or was in force. It is never changed after a person has agreed to it. */
export const ConsentTextRow = defineEntity({
  name: 'ConsentTextRow',
  tableName: 'consent_text',
  properties: {
    version: p.text().primary(),
    language: p.text().primary(),
    text: p.text(),
    since: p.datetime(3).onCreate(() => new Date()),
  },
});
export type ConsentTextRow = InferEntity<typeof ConsentTextRow>;
