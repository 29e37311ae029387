/** Reports of hours. A manager sees their own department, or no one if their department is not known. */
import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';
import { departmentsOf } from './departments.ts';

export function reportHandlers({
  reports,
  reportFiles,
}: Pick<CoreServices, 'reports' | 'reportFiles'>): Handlers<'reports'> {
  return {
    'reports.month': ({ params, query }, { caller }) =>
      reports.month(params.id, query.month, departmentsOf(caller)),
    'reports.departments': ({ query }, { caller }) => reports.departments(query, departmentsOf(caller)),
    'reports.people': ({ query }, { caller }) => reports.people(query, departmentsOf(caller)),
    'reports.balances': ({ query }, { caller }) => reports.balances(query, departmentsOf(caller)),
    'reports.occupancy': ({ query }, { caller }) => reports.occupancy(query, departmentsOf(caller)),
    'reports.file': ({ query }, { caller }) => reportFiles.open(query, departmentsOf(caller)),
    'reports.punctuality': ({ query }, { caller }) => reports.punctuality(query, departmentsOf(caller)),
  };
}
