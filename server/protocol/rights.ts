/** What people may ask of their data, over the REST API: consent, passes, retention. */

/** How the person said yes. */
export const CONSENT_METHODS = ['in-person', 'on-paper', 'electronic'] as const;
export type ConsentMethod = (typeof CONSENT_METHODS)[number];

export interface ConsentText {
  version: string;
  /** BCP 47, such as `de`. */
  language: string;
  text: string;
}

/** The version in force, in every language it is written in. */
export interface ConsentTextsView {
  version: string;
  texts: Omit<ConsentText, 'version'>[];
}

export interface ConsentInput {
  version: string;
  language: string;
  method: ConsentMethod;
}

/** One consent of a person; newest first in a list. */
export interface ConsentView extends ConsentInput {
  givenAt: string;
  /** Name of the account that recorded it. */
  recordedBy: string;
  withdrawnAt: string | null;
  withdrawnBy: string | null;
}

/** What a withdrawal or an erasure came to. */
export interface RemovalView {
  /** Analyzers that have dropped the person, and no frame of theirs that began before is still on its way. */
  analyzers: number;
  /** Their vision threads. */
  threads: number;
  /** False: not all analyzers have confirmed it in time. Stored templates are gone either way. */
  everywhere: boolean;
}

/** How a person can punch without a face. */
export interface PassesView {
  pin: { setAt: string; lockedUntil: string | null } | null;
  badge: { issuedAt: string } | null;
}

/** Shown once. */
export interface PinView {
  pin: string;
}

/** Shown and printed once. */
export interface BadgeView {
  code: string;
}

export interface RetentionLine {
  what: 'templates' | 'evidence' | 'punches' | 'audit';
  /** Null: kept for ever. */
  keepDays: number | null;
  /** What is older goes; null where nothing does. */
  before: string | null;
  /** How many went, or would go. */
  count: number;
}

export interface RetentionView {
  /** What would go if it ran now. */
  next: RetentionLine[];
  /** The last runs, newest first. */
  runs: { at: string; report: RetentionLine[] }[];
}
