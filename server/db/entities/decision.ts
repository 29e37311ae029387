import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { DecisionKind, DecisionSummary } from '../../protocol/decisions.ts';
import { Person } from './person.ts';

/** What an analyzer decided about a face, and the numbers behind it. */
export const Decision = defineEntity({
  name: 'Decision',
  tableName: 'decision',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** The id of the sighting, by which a punch names it; of a decision without one, an id of its own. */
    origin: p.text().unique('decision_once'),
    /** No foreign key, as with refused punches. */
    deviceId: p.uuid(),
    deviceName: p.text(),
    timeZone: p.text(),
    at: p.datetime(3),
    kind: p.text().$type<DecisionKind>(),
    /** Who was recognized; null where nobody was, or it is one of two. */
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('restrict')
      .index('decision_person')
      .nullable(),
    /** One of two look-alikes: either person, */
    eitherId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('either_id')
      .deleteRule('restrict')
      .index('decision_either')
      .nullable(),
    /** or this one. */
    orId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('or_id')
      .deleteRule('restrict')
      .index('decision_or')
      .nullable(),
    summary: p.json<DecisionSummary>(),
  },
});
export type Decision = InferEntity<typeof Decision>;
