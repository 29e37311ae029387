import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Department } from './department.ts';
import { Site } from './site.ts';

/** As a record of the person was called before it was merged into another. */
export interface FormerRecord {
  number: string;
  name: string;
}

/**
 * A person in Muster. After erasure (`erasedAt`) the row stays as a pseudonym, because punches refer to it: every field
 * that identifies the person is blank.
 */
export const Person = defineEntity({
  name: 'Person',
  tableName: 'person',
  indexes: [
    { name: 'person_status', properties: ['status'] },
    { name: 'person_department', properties: ['department'] },
    { name: 'person_merged_into', properties: ['mergedInto'] },
  ],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** Employee number, unique regardless of case; null after erasure. */
    number: p.text().nullable(),
    givenName: p.text(),
    /** One of the two may be blank: many people have a single name. */
    familyName: p.text(),
    /** Written by a trigger: the name as it is shown, in the order that the site has, and what lists are sorted by. */
    displayName: p.text().default(''),
    sortName: p.text().collation('by_name').default(''),
    /** Written by a trigger: number, names, department, e-mail address and what was merged, folded by `fold_text`. */
    searchText: p.text().default(''),
    department: p
      .manyToOne(Department)
      .mapToPk()
      .joinColumn('department')
      .updateRule('cascade')
      .deleteRule('restrict')
      .nullable(),
    jobTitle: p.text(),
    email: p.text(),
    phone: p.text(),
    startDate: p.date().nullable(),
    /** Whose time zone and rules count for the person; null for the default site. */
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id').deleteRule('restrict').nullable(),
    status: p.text().$type<'active' | 'suspended' | 'left'>(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    /** When the status was set to `left`; null for any other status, and for a person who was erased without leaving first. */
    leftAt: p.datetime(3).nullable(),
    erasedAt: p.datetime(3).nullable(),
    /** The record that has the data of this one, which was a second one of the same person. It is erased. */
    mergedInto: p.uuid().nullable(),
    /** Numbers and names of records that were merged into this one: they still find it. */
    formerly: p.json<FormerRecord[]>().nullable(),
  },
});
export type Person = InferEntity<typeof Person>;
