/** The endpoints of people as files: a part of the table in `endpoints.ts`. */
import { type Endpoint, file, lines } from './endpoint.ts';
import {
  IMPORT_LIMITS,
  importPreview,
  importProgress,
  importQuery,
  importResult,
  PEOPLE_FILE_TYPES,
  peopleFileQuery,
} from './people-files.ts';

const upload = {
  most: IMPORT_LIMITS.bytes,
  description: 'The content of a CSV file or an Excel workbook (.xlsx).',
};

export const PEOPLE_FILE_ENDPOINTS = {
  'people.file': {
    method: 'GET',
    path: '/people/file',
    access: 'people:read',
    summary: 'The people that a list would show, as a file in the shape that an import takes.',
    query: peopleFileQuery,
    reply: file(...PEOPLE_FILE_TYPES),
  },
  'people.previewImport': {
    method: 'POST',
    path: '/people/imports/preview',
    access: 'people:write',
    summary: 'What an import of a file would do, with every problem of every row. Nothing is written.',
    query: importQuery,
    upload,
    reply: importPreview,
    errors: ['too-large'],
  },
  'people.import': {
    method: 'POST',
    path: '/people/imports',
    access: 'people:write',
    summary: 'Create and update people from a file, all or none. Rows with problems are left out.',
    query: importQuery,
    upload,
    reply: lines(importProgress, importResult),
    idempotent: true,
    errors: ['too-large'],
  },
} as const satisfies Record<string, Endpoint>;
