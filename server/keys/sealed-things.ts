/**
 * The list of everything that is sealed directly under the master key. Rotation goes through this list, so that nothing
 * stays sealed under the old key; a test fails for a table with a column `master_key_id` that is missing here.
 *
 * To seal something new: give its table the columns `master_key_id text` and one for the envelope, add a row here,
 * and write `const { masterKeyId, sealed } = await keys.seal(em, 'thing', [rowId], secret)` inside the transaction
 * that stores them. Read it back with `await keys.open('thing', [rowId], row.masterKeyId, row.sealed)`. Both are methods
 * of `KeyRing`; no other code needs to know which master key is in use, or that it changes.
 */
export interface SealedThing {
  table: string;
  /** Column of the envelope (bytea). */
  column: string;
  /** Columns whose values the envelope is bound to, in this order; together they name one row. */
  binds: readonly string[];
  /** First part of the associated data. */
  purpose: string;
}

export const SEALED_THINGS = {
  personKey: {
    table: 'person_key',
    column: 'wrapped',
    binds: ['person_id', 'id'],
    purpose: 'muster/person-key',
  },
  waitingCapture: {
    table: 'waiting_capture',
    column: 'wrapped',
    binds: ['person_id', 'key_id'],
    purpose: 'muster/waiting-capture',
  },
  secondFactor: {
    table: 'second_factor',
    column: 'wrapped',
    binds: ['account_id'],
    purpose: 'muster/second-factor',
  },
  pin: {
    table: 'pin',
    column: 'sealed',
    binds: ['person_id'],
    purpose: 'muster/pin',
  },
  claimKey: {
    table: 'claim_key',
    column: 'sealed',
    binds: ['id'],
    purpose: 'muster/claim-key',
  },
  sightingJournalKey: {
    table: 'sighting_journal_key',
    column: 'sealed',
    binds: ['id'],
    purpose: 'muster/sighting-journal-key',
  },
  rtspSource: {
    table: 'rtsp_source',
    column: 'sealed',
    binds: ['device_id'],
    purpose: 'muster/rtsp-source',
  },
  webhookSecret: {
    table: 'webhook_secret',
    column: 'sealed',
    binds: ['id'],
    purpose: 'muster/webhook-secret',
  },
} as const satisfies Record<string, SealedThing>;

export type SealedKind = keyof typeof SEALED_THINGS;

/** Associated data of one envelope. `binds`: the values of the columns, in the order of the table above. */
export function contextOf({ purpose }: SealedThing, binds: readonly string[]): string[] {
  return [purpose, ...binds];
}
