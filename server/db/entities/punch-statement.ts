import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PunchKind } from '../../protocol/attendance.ts';
import { Person } from './person.ts';
import { Punch } from './punch.ts';

/** What a person said about a punch at the station right after it, such as "Leaving". Append-only. */
export const PunchStatement = defineEntity({
  name: 'PunchStatement',
  tableName: 'punch_statement',
  indexes: [{ name: 'punch_statement_person', properties: ['personId'] }],
  properties: {
    punchId: p.manyToOne(Punch).mapToPk().joinColumn('punch_id').deleteRule('restrict').primary(),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
    says: p.text().$type<PunchKind>(),
    at: p.datetime(3),
  },
});
export type PunchStatement = InferEntity<typeof PunchStatement>;
