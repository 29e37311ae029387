import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Account } from './account.ts';
import { Person } from './person.ts';

/**
 * Two people whose faces recognition may not be able to tell apart. Each pair is two rows, one for each of them. They end with
 * the templates of either.
 */
export const LookAlike = defineEntity({
  name: 'LookAlike',
  tableName: 'look_alike',
  properties: {
    personId: p.manyToOne(Person).primary().mapToPk().joinColumn('person_id').deleteRule('cascade'),
    otherId: p
      .manyToOne(Person)
      .primary()
      .mapToPk()
      .joinColumn('other_id')
      .deleteRule('cascade')
      .index('look_alike_other'),
    /** The best of any template of one to any of the other, −1..1, when it was last compared. */
    similarity: p.double().$type<number>(),
    recordedAt: p.datetime(3),
    /** Who saved the enrollment that found it; null where the server found it itself. */
    recordedBy: p.manyToOne(Account).mapToPk().joinColumn('recorded_by').deleteRule('restrict').nullable(),
  },
});
export type LookAlike = InferEntity<typeof LookAlike>;
