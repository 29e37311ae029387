import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ApprovalRule, BreakRules, DoorReading, NameOrder } from '../../protocol/sites.ts';

/** A place with doors: its time zone, and the rules by which its punches are read. The oldest is the default site. */
export const Site = defineEntity({
  name: 'Site',
  tableName: 'site',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    name: p.text(),
    /** IANA name. */
    timeZone: p.text(),
    reading: p.text().$type<DoorReading>(),
    /** Local hour (0 to 23) at which a work day turns where no shift is planned. */
    turnsAt: p.integer(),
    /** See `WorkPolicy.longestStay`, ms. */
    longestStay: p.integer(),
    breaks: p.json<BreakRules>(),
    approval: p.text().$type<ApprovalRule>(),
    /** How the names of its people are written. */
    nameOrder: p.text().$type<NameOrder>().default('given-first'),
    /** Whether the pictures of its cameras may be watched live. */
    viewing: p.boolean().default(true),
    /** For holidays: ISO 3166-1 code of the country, and the code of the region within it. */
    country: p.text().nullable(),
    region: p.text().nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type Site = InferEntity<typeof Site>;
