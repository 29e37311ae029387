/**
 * A form over a record that somebody else may edit at the same time. What the reader typed is never lost, and nothing is
 * saved over a change that they have not seen: a field that only the other person changed is taken over, and one that
 * both changed is shown with both values until the reader saves again.
 */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { detailsOf, type ErrorDetails } from '#protocol/error.ts';
import { list, number } from '../../locales/intl.ts';
import { ClientError } from '../../session/client-error.ts';
import './edit-notice.ts';
import type { ChosenSide } from './edit-notice.ts';
import { type Change, changesOf, type Conflict, mergeEdits } from './merge.ts';

/** A field in the words of the form. */
interface FieldWords<V> {
  label: string;
  /** A value as the form shows it; by default the value itself. */
  text?: (value: V) => string;
}

export type DraftWords<D> = { [F in keyof D]: FieldWords<D[F]> };

export interface SharedEditOptions<D extends object, R extends { version: string }> {
  /** As the form was opened with it. */
  record: R;
  /** The values that the form has of a record. */
  draftOf: (record: R) => D;
  /** The values as they are in the form now. */
  read: () => D;
  words: () => DraftWords<D>;
  /** Fetches the record as it is now. */
  current: () => Promise<R>;
  /** Saves it. Fails with `precondition-failed` where the record has another version by now. */
  send: (change: Partial<D>, version: string) => Promise<R>;
  /** After the values that the form should show have changed. */
  onDraft?: () => void;
  /** Whether a save goes on by itself after these changes of others; by default always. */
  goesOn?: (taken: readonly (keyof D)[]) => boolean;
}

/** Saves in a row in which somebody else is faster each time. */
const ATTEMPTS = 5;

export class SharedEdit<D extends object, R extends { version: string }> {
  readonly #options: SharedEditOptions<D, R>;
  readonly #update: () => void;
  #record: R;
  #draft: D;
  #by: ErrorDetails['precondition-failed'] = { changedBy: null, changedAt: null };
  #taken: Change<D>[] = [];
  /** What came with the last save. */
  #came: Change<D>[] = [];
  #conflicts: Conflict<D>[] = [];
  /** Counts the notices: each is a new one, which gets the focus. */
  #notices = 0;

  constructor(host: { requestUpdate: () => void }, options: SharedEditOptions<D, R>) {
    this.#options = options;
    this.#update = () => {
      options.onDraft?.();
      host.requestUpdate();
    };
    this.#record = options.record;
    this.#draft = options.draftOf(options.record);
  }

  /** The values that the fields show. */
  get draft(): D {
    return this.#draft;
  }

  /** The record that is edited, as it was last seen. */
  get record(): R {
    return this.#record;
  }

  /**
   * Saves what differs; nothing is sent where nothing does. Null: somebody changed the same, and the reader is to look at
   * it. Throws ClientError.
   * @param only saves these fields; all by default
   */
  async save(only?: readonly (keyof D)[]): Promise<R | null> {
    const { read, draftOf, current, send, goesOn = () => true } = this.#options;
    this.#taken = [];
    this.#conflicts = this.#conflicts.filter(({ field }) => only && !only.includes(field));
    for (let attempt = 1; ; attempt += 1) {
      const mine = attempt === 1 ? read() : this.#draft;
      const before = draftOf(this.#record);
      const change = picked(changesOf(before, mine), only);
      if (Object.keys(change).length === 0) return this.#done();
      try {
        this.#record = await send(change, this.#record.version);
        const { merged } = mergeEdits(before, mine, draftOf(this.#record));
        this.#draft = { ...merged, ...picked(draftOf(this.#record), only) };
        return this.#done();
      } catch (error) {
        const by = error instanceof ClientError && detailsOf(error, 'precondition-failed');
        if (!by || attempt === ATTEMPTS) throw error;
        this.#by = by;
      }
      const now = await current();
      const { merged, taken, conflicts } = mergeEdits(before, mine, draftOf(now));
      this.#record = now;
      this.#draft = merged;
      this.#taken = [...this.#taken, ...taken];
      this.#conflicts = [...this.#conflicts, ...conflicts];
      this.#notices += 1;
      this.#update();
      const mustDecide = conflicts.some(({ field }) => !only || only.includes(field));
      if (mustDecide || !goesOn(this.#taken.map(({ field }) => field))) return null;
    }
  }

  /** Leaves fields as the record has them. */
  drop(fields: readonly (keyof D)[]) {
    this.#draft = { ...this.#options.read(), ...picked(this.#options.draftOf(this.#record), fields) };
    this.#conflicts = this.#conflicts.filter(({ field }) => !fields.includes(field));
    this.#update();
  }

  /** What was saved, and what of somebody else came with it. @param text such as "Grace Hopper was changed" */
  saved(text: string): string {
    if (this.#came.length === 0) return text;
    const words = this.#options.words();
    const fields = list(this.#came.map(({ field }) => words[field].label));
    const { changedBy } = this.#by;
    return changedBy === null
      ? msg(str`${text}. Somebody else has changed meanwhile: ${fields}.`)
      : msg(str`${text}. ${changedBy} has changed meanwhile: ${fields}.`);
  }

  /** Belongs to the top of the form. @param only about these fields */
  notice(only?: readonly (keyof D)[]) {
    const isShown = ({ field }: { field: keyof D }) => !only || only.includes(field);
    const conflicts = this.#conflicts.filter(isShown);
    const taken = this.#taken.filter(isShown);
    if (conflicts.length + taken.length === 0) return nothing;
    return keyed(
      this.#notices,
      html`<muster-edit-notice
        .by=${this.#by}
        .conflicts=${conflicts.map(({ field, before, mine, theirs }) => ({
          field,
          label: this.#label(field),
          before: this.#text(field, before),
          mine: this.#text(field, mine),
          theirs: this.#text(field, theirs),
        }))}
        .taken=${taken.map(({ field, before, after }) => ({
          label: this.#label(field),
          before: this.#text(field, before),
          after: this.#text(field, after),
        }))}
        @choose=${({ detail }: CustomEvent<ChosenSide>) => this.#choose(detail)}
      ></muster-edit-notice>`,
    );
  }

  #done(): R {
    this.#came = this.#taken;
    this.#taken = [];
    this.#update();
    return this.#record;
  }

  /** What was typed into the other fields since stays. */
  #choose({ field, side }: ChosenSide) {
    const conflict = this.#conflicts.find((one) => one.field === field);
    if (conflict) this.#draft = { ...this.#options.read(), [field]: conflict[side] };
    this.#update();
  }

  #label(field: keyof D): string {
    return this.#options.words()[field].label;
  }

  #text(field: keyof D, value: unknown): string {
    const { text } = this.#options.words()[field];
    const words = text ? text(value as D[keyof D]) : plainText(value);
    return words === '' ? msg('empty') : words;
  }
}

function plainText(value: unknown): string {
  if (typeof value === 'number') return number(value);
  return typeof value === 'string' ? value : '';
}

function picked<D extends object>(values: Partial<D>, only?: readonly (keyof D)[]): Partial<D> {
  if (!only) return values;
  const chosen = only.filter((field) => field in values).map((field) => [field, values[field]]);
  return Object.fromEntries(chosen) as Partial<D>;
}
