import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/**
 * A department. People, managers and schedules refer to it by its name, which is unique regardless of case; the database
 * carries a new name to all of them.
 */
export const Department = defineEntity({
  name: 'Department',
  tableName: 'department',
  properties: {
    name: p.text().primary(),
    id: p
      .uuid()
      .unique('department_id')
      .onCreate(() => randomUUID()),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type Department = InferEntity<typeof Department>;

/** A name that a department had before it was renamed, or that of one that was joined into it. It still finds the department. */
export const FormerDepartmentName = defineEntity({
  name: 'FormerDepartmentName',
  tableName: 'former_department_name',
  indexes: [{ name: 'former_department_name_department', properties: ['department'] }],
  properties: {
    name: p.text().primary(),
    department: p
      .manyToOne(Department)
      .mapToPk()
      .joinColumn('department')
      .updateRule('cascade')
      .deleteRule('cascade'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type FormerDepartmentName = InferEntity<typeof FormerDepartmentName>;
