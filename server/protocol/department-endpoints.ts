/** The endpoints of departments: a part of the table in `endpoints.ts`. */
import { departmentJoin, departmentsView, departmentView, newDepartment } from './departments.ts';
import type { Endpoint } from './endpoint.ts';
import { pageQuery } from './fields.ts';

export const DEPARTMENT_ENDPOINTS = {
  'departments.list': {
    method: 'GET',
    path: '/departments',
    access: 'people:read',
    summary: 'The departments, by name, and who refers to them.',
    query: pageQuery,
    reply: departmentsView,
  },
  'departments.create': {
    method: 'POST',
    path: '/departments',
    access: 'people:write',
    summary: 'Add a department. Names that differ only in capitals are the same.',
    body: newDepartment,
    reply: departmentView,
    status: 201,
    location: '/departments/:id',
    versioned: true,
    idempotent: true,
    errors: ['conflict'],
  },
  'departments.get': {
    method: 'GET',
    path: '/departments/:id',
    access: 'people:read',
    summary: 'One department.',
    reply: departmentView,
    versioned: true,
    errors: ['not-found'],
  },
  'departments.update': {
    method: 'PATCH',
    path: '/departments/:id',
    access: 'people:write',
    summary: 'Rename a department, for everybody who refers to it. The former name still finds it.',
    body: newDepartment,
    reply: departmentView,
    versioned: true,
    errors: ['not-found', 'conflict'],
  },
  'departments.join': {
    method: 'POST',
    path: '/departments/:id/joining',
    access: 'people:write',
    summary:
      'Join a department into another: everybody who refers to it refers to the other, and it is gone.',
    body: departmentJoin,
    reply: departmentView,
    errors: ['not-found', 'conflict'],
  },
  'departments.remove': {
    method: 'DELETE',
    path: '/departments/:id',
    access: 'people:write',
    summary: 'Remove a department that nobody refers to.',
    versioned: true,
    errors: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Endpoint>;
