/** Departments: the list that people, managers and schedules choose from. */
import { z } from 'zod';
import { id, line, next, version } from './fields.ts';

/** As people, accounts and schedules name it. */
export const departmentName = line(80);

const name = departmentName.min(1, { error: 'is missing' });

export const departmentView = z
  .strictObject({
    id,
    version,
    name: z.string(),
    formerNames: z
      .array(z.string())
      .describe(
        'Names it had before, and those of departments that were joined into it. They still find it.',
      ),
    uses: z
      .strictObject({
        people: z.int().describe('Whatever their status.'),
        managers: z.array(z.string()).describe('Names of the accounts that see this department.'),
        rotas: z.int().describe('Assignments of a rota to the department.'),
        exceptions: z.int().describe('Dates with other shifts.'),
      })
      .describe('Who refers to it. A department in use cannot be removed.'),
  })
  .meta({ id: 'Department' });
export type DepartmentView = z.infer<typeof departmentView>;

export const departmentsView = z.strictObject({ departments: z.array(departmentView), next });

export const newDepartment = z.strictObject({ name });
export type NewDepartment = z.infer<typeof newDepartment>;

export const departmentJoin = z.strictObject({
  into: id.describe('The department that stays. Its name counts for both.'),
});
