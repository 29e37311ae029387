/** Who refers to a department, in words. */
import { msg, str } from '@lit/localize';
import type { DepartmentView } from '#protocol/departments.ts';
import { list, number, plural } from '../../locales/intl.ts';

type Uses = DepartmentView['uses'];

export function isUsed({ people, managers, rotas, exceptions }: Uses): boolean {
  return people + managers.length + rotas + exceptions > 0;
}

/** “12 people, the manager Ada Lovelace and 1 rota”. */
export function usesText({ people, managers, rotas, exceptions }: Uses): string {
  return list([
    ...(people > 0
      ? [plural(people, { one: msg('1 person'), other: msg(str`${number(people)} people`) })]
      : []),
    ...(managers.length > 0
      ? [
          plural(managers.length, {
            one: msg(str`the manager ${list(managers)}`),
            other: msg(str`the managers ${list(managers)}`),
          }),
        ]
      : []),
    ...(rotas > 0 ? [plural(rotas, { one: msg('1 rota'), other: msg(str`${number(rotas)} rotas`) })] : []),
    ...(exceptions > 0
      ? [
          plural(exceptions, {
            one: msg('1 date with other shifts'),
            other: msg(str`${number(exceptions)} dates with other shifts`),
          }),
        ]
      : []),
  ]);
}
