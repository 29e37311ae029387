/** The endpoints of consent texts that are written on a page: a part of the table in `endpoints.ts`. */
import type { Endpoint } from './endpoint.ts';
import {
  consentDraftInput,
  consentDraftView,
  consentReleaseInput,
  consentTextsView,
  consentVersionQuery,
  consentVersionsView,
  consentVersionView,
} from './consents.ts';
import { pageQuery } from './fields.ts';

export const CONSENT_TEXT_ENDPOINTS = {
  'consentTexts.draft': {
    method: 'GET',
    path: '/consent-texts/draft',
    access: 'consent-texts:write',
    summary: 'What is being written for the next version, and how many people have agreed so far.',
    reply: consentDraftView,
    versioned: true,
  },
  'consentTexts.saveDraft': {
    method: 'PATCH',
    path: '/consent-texts/draft',
    access: 'consent-texts:write',
    summary: 'Replace the draft in all its languages. Nobody reads it before its release.',
    body: consentDraftInput,
    reply: consentDraftView,
    versioned: true,
    errors: ['precondition-failed'],
  },
  'consentTexts.discardDraft': {
    method: 'DELETE',
    path: '/consent-texts/draft',
    access: 'consent-texts:write',
    summary: 'Throw the draft away.',
  },
  'consentTexts.release': {
    method: 'POST',
    path: '/consent-texts/versions',
    access: 'consent-texts:write',
    proof: 'fresh',
    summary: 'Make the draft the text in force. It never changes from then on.',
    body: consentReleaseInput,
    reply: consentVersionView,
    status: 201,
    errors: ['conflict', 'precondition-failed'],
  },
  'consentTexts.versions': {
    method: 'GET',
    path: '/consent-texts/versions',
    access: 'consent-texts:write',
    summary: 'Every text that is or was in force, newest first.',
    query: pageQuery,
    reply: consentVersionsView,
  },
  'consentTexts.version': {
    method: 'GET',
    path: '/consent-texts/version',
    access: 'consent-texts:write',
    summary: 'One of them, word for word, in every language it is written in.',
    query: consentVersionQuery,
    reply: consentTextsView,
    errors: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
