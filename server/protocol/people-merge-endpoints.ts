/** The endpoints that make one record of two: a part of the table in `endpoints.ts`. */
import type { Endpoint } from './endpoint.ts';
import { mergedView, mergeInput, mergePreviewView, mergeQuery } from './people-merge.ts';

export const PEOPLE_MERGE_ENDPOINTS = {
  'people.previewMerge': {
    method: 'GET',
    path: '/people/:id/merge',
    access: 'people:erase',
    summary:
      'What two records of one person have, and what would collide if the other became part of this one.',
    query: mergeQuery,
    reply: mergePreviewView,
    errors: ['not-found'],
  },
  'people.merge': {
    method: 'POST',
    path: '/people/:id/merge',
    access: 'people:erase',
    proof: 'fresh',
    summary:
      'Make another record of this person a part of this one: punches, absences, consents, face, passes and account. It cannot be undone.',
    body: mergeInput,
    reply: mergedView,
    idempotent: true,
    errors: ['not-found', 'conflict', 'precondition-failed', 'wrong-state'],
  },
} as const satisfies Record<string, Endpoint>;
