/** Makes one record of two records of the same person. It cannot be undone. */
import type { Logger } from 'pino';
import { resealed } from '../attendance/snapshot-store.ts';
import { auditAll, type AuditEntry } from '../audit/audit.ts';
import { lockAlike } from '../biometrics/look-alikes.ts';
import { mergeFaces } from '../biometrics/merged-faces.ts';
import type { PersonKeyStore } from '../biometrics/person-key-store.ts';
import type { Removals } from '../biometrics/removals.ts';
import type { TemplateStore } from '../biometrics/template-store.ts';
import { MONTHS_LOCK } from '../attendance/closed-months.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { LookAlike } from '../db/entities/look-alike.ts';
import { type FormerRecord, Person } from '../db/entities/person.ts';
import { Snapshot } from '../db/entities/snapshot.ts';
import { lockDepartments } from '../departments/department-list.ts';
import { addEvents } from '../outbox/add-event.ts';
import type { PassService } from '../passes/pass-service.ts';
import { emptied } from '../people/erasure.ts';
import type { PeopleService } from '../people/people-service.ts';
import type { ContractsInUse } from '../people/person-view.ts';
import { MusterError } from '../protocol/error.ts';
import { isNamed } from '../protocol/people.ts';
import {
  MERGED_FIELDS,
  type MergedView,
  type MergeInput,
  type MergeObstacle,
  type MergePreviewView,
} from '../protocol/people-merge.ts';
import type { RollCallChange } from '../protocol/signaling.ts';
import type { RollCallService } from '../rollcall/roll-call-service.ts';
import { type Merge, type MergePlan, mergePlan } from './merge-preview.ts';
import { movePunches } from './moved-punches.ts';
import { moveAccount, type MovedAccount, moveRecords } from './moved-records.ts';

export interface PeopleMergeOptions extends ContractsInUse {
  database: Database;
  people: Pick<PeopleService, 'get' | 'refresh'>;
  templates: Pick<TemplateStore, 'publish'>;
  personKeys: Pick<PersonKeyStore, 'merge' | 'forget' | 'forgetAll'>;
  passes: Pick<PassService, 'merge'>;
  consentTexts: ConsentTextStore;
  removals: Removals;
  rollCalls: Pick<RollCallService, 'merge' | 'announce'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

interface Done {
  punches: number;
  /** Keys of the record that stays which are no longer used. */
  replaced: string[];
  /** Whose look-alikes have changed. */
  others: string[];
  /** Open roll calls with one of the two. */
  rollCalls: RollCallChange[];
}

export class PeopleMerge {
  readonly #options: PeopleMergeOptions;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor(options: PeopleMergeOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'people-merge' });
    this.#now = options.now ?? Date.now;
  }

  /** Throws MusterError `not-found`, `validation-failed` where both are the same. */
  async preview(id: string, goes: string): Promise<MergePreviewView> {
    const em = this.#options.database.fork();
    return (await this.#plan(em, await found(em, id, goes))).view;
  }

  /**
   * Throws MusterError `not-found`, `validation-failed` where both are the same, `precondition-failed` where either was changed
   * since the preview, `conflict` where something has to be settled before.
   */
  async merge(id: string, input: MergeInput, by: { accountId: string }): Promise<MergedView> {
    const { database, people, templates, personKeys, removals, rollCalls } = this.#options;
    const { goes } = input;
    const done = await database.transaction(async (em) => {
      await em.execute('set local statement_timeout = 0');
      const others = await lockAll(em, id, goes);
      const merge = await found(em, id, goes);
      const plan = await this.#plan(em, merge);
      requireSame(plan.view, input);
      return { ...(await this.#merge(em, merge, plan, input, by)), others };
    });
    await personKeys.forget(id, done.replaced);
    await personKeys.forgetAll([goes]);
    for (const one of [goes, id]) await people.refresh(one);
    await Promise.all(done.others.map((one) => templates.publish(one)));
    rollCalls.announce(done.rollCalls);
    const removal = await removals.confirm(goes);
    this.#log.info(
      { event: 'person.merged', personId: id, merged: goes, punches: done.punches, ...removal },
      'two records of a person merged',
    );
    const person = await people.get(id);
    if (!person) throw notFound();
    return { person, punches: done.punches, removal };
  }

  #plan(em: Em, merge: Merge): Promise<MergePlan> {
    const { contract, former = null, consentTexts } = this.#options;
    return mergePlan(em, merge, { contract, former, texts: consentTexts });
  }

  async #merge(
    em: Em,
    { stays, goes }: Merge,
    { view, punches, dropped }: MergePlan,
    input: MergeInput,
    { accountId }: { accountId: string },
  ): Promise<Omit<Done, 'others'>> {
    const at = new Date(this.#now());
    const ids = { stays: stays.id, goes: goes.id };
    const chosen = (what: 'face' | 'pin' | 'badge') =>
      view.goes[what] && (input[what] === 'goes' || !view.stays[what]);
    const moved = await movePunches(em, ids, punches, { reason: input.reason, accountId, at });
    const pictures = await em.find(
      Snapshot,
      { personId: { $in: [stays.id, goes.id] } },
      { disableIdentityMap: true },
    );
    const kept: Snapshot[] = [];
    const face = chosen('face') ? 'goes' : 'stays';
    const { replaced } = await mergeFaces(em, this.#options.personKeys, {
      ...ids,
      face,
      reseal: (keys) => {
        const into = { personId: stays.id, ...keys.next };
        const of = (side: 'stays' | 'goes', place: (id: string) => string | undefined) => {
          const from = keys[side];
          const own = pictures.filter(({ personId }) => personId === ids[side]);
          if (Buffer.isBuffer(from)) kept.push(...resealed(own, { from, into }, place));
        };
        of('stays', (punchId) => punchId);
        of('goes', (punchId) => moved.get(punchId));
      },
    });
    await em.nativeDelete(Snapshot, { personId: { $in: [stays.id, goes.id] } });
    if (kept.length > 0) await em.insertMany(Snapshot, kept);
    await this.#options.passes.merge(em, {
      ...ids,
      taken: { pin: chosen('pin'), badge: chosen('badge') },
    });
    await moveRecords(em, ids, dropped);
    const account = await moveAccount(em, ids, at);
    const rollCalls = await this.#options.rollCalls.merge(em, ids);
    await writePeople(em, { stays, goes }, input, at);
    await addEvents(em, [{ type: 'person.merged', subject: { person: ids.stays, from: ids.goes } }]);
    await auditAll(em, eventsOf(ids, { punches: moved.size, face, fields: input.fields }, account));
    return { punches: moved.size, replaced, rollCalls };
  }
}

/**
 * Locks what is locked before people elsewhere first, then the people in the order that all others keep: by name of the lock,
 * then by row. Returns whom either looks like.
 */
async function lockAll(em: Em, stays: string, goes: string): Promise<string[]> {
  await lockByName(em, MONTHS_LOCK);
  await lockDepartments(em);
  await em.execute(
    `select from correction where person_id in (?, ?) or to_person_id in (?, ?) order by id for update`,
    [stays, goes, stays, goes],
  );
  await em.execute(
    `select from refused_punch where person_id in (?, ?) or either_id in (?, ?) or or_id in (?, ?)
     order by id for update`,
    [stays, goes, stays, goes, stays, goes],
  );
  await em.execute('select from roll_call where ended_at is null order by id for update');
  for (const one of [stays, goes].toSorted()) await lockByName(em, `muster/person/${one}`);
  const alike = await em.find(LookAlike, { personId: { $in: [stays, goes] } }, { disableIdentityMap: true });
  const others = alike.map(({ otherId, similarity }) => ({ personId: otherId, similarity }));
  await lockAlike(em, stays, [{ personId: goes, similarity: 1 }, ...others]);
  return [...new Set(others.map(({ personId }) => personId))].filter((one) => one !== stays && one !== goes);
}

async function found(em: Em, stays: string, goes: string): Promise<Merge> {
  if (stays === goes) {
    const message = 'is this record itself';
    throw new MusterError('validation-failed', `goes ${message}.`, { faults: [{ path: 'goes', message }] });
  }
  const people = await em.find(Person, { id: { $in: [stays, goes] }, erasedAt: null });
  const [first, second] = [stays, goes].map((id) => people.find((person) => person.id === id));
  if (!first || !second) throw notFound();
  return { stays: first, goes: second };
}

function requireSame({ version, obstacles: [obstacle] }: MergePreviewView, input: MergeInput): void {
  if (obstacle) throw new MusterError('conflict', SENTENCES[obstacle.why]);
  if (version === input.version) return;
  throw new MusterError(
    'precondition-failed',
    'Someone else changed one of the two records in the meantime: look at the preview again.',
    { details: { changedBy: null, changedAt: null } },
  );
}

const SENTENCES: Record<MergeObstacle['why'], string> = {
  'closed-months':
    'Months are closed with hours of the record that goes: reopen them first, or keep that record instead.',
  'waiting-corrections': 'Corrections of the record that goes wait for a decision: decide about them first.',
  'consent-withdrawn':
    'The consent in one record was withdrawn after it was given in the other: withdraw it in both, or record a new one.',
};

/** The row that goes stays as a pseudonym without a name, because what is never changed refers to it. */
async function writePeople(em: Em, { stays, goes }: Merge, input: MergeInput, at: Date): Promise<void> {
  const values = Object.fromEntries(
    MERGED_FIELDS.map((name) => [name, input.fields[name] === 'goes' ? goes[name] : stays[name]]),
  ) as Pick<Person, (typeof MERGED_FIELDS)[number]>;
  if (!isNamed(values)) {
    const message = 'is missing: a person needs at least one name';
    throw new MusterError('validation-failed', `familyName ${message}.`, {
      faults: [{ path: 'familyName', message }],
    });
  }
  const leftAt = input.fields.status === 'goes' ? goes.leftAt : stays.leftAt;
  const both = [stays, goes].map(({ number, displayName }) => ({ number: number ?? '', name: displayName }));
  const known = [...(stays.formerly ?? []), ...(goes.formerly ?? []), ...both];
  em.assign(goes, {
    ...emptied(),
    status: 'left',
    leftAt: goes.leftAt ?? at,
    erasedAt: at,
    mergedInto: stays.id,
  });
  // Two people never have the same number, not for the moment either.
  await em.flush();
  em.assign(stays, { ...values, leftAt: values.status === 'left' ? (leftAt ?? at) : null });
  await em.flush();
  await em.refresh(stays);
  const formerly = former(known, { number: stays.number ?? '', name: stays.displayName });
  em.assign(stays, { formerly });
  await em.flush();
}

/** Each once, without what the record is called now. */
function former(known: readonly FormerRecord[], now: FormerRecord): FormerRecord[] {
  return [...new Map(known.map((one) => [keyOf(one), one])).values()].filter(
    (one) => keyOf(one) !== keyOf(now),
  );
}

function keyOf({ number, name }: FormerRecord): string {
  return `${number}\n${name}`;
}

/** No names, which must stay erasable: each of the two records has an event that names the other. */
function eventsOf(
  { stays, goes }: { stays: string; goes: string },
  { punches, face, fields }: { punches: number; face: string; fields: MergeInput['fields'] },
  account: MovedAccount | null,
): AuditEntry[] {
  const taken = Object.entries(fields).flatMap(([name, side]) => (side === 'goes' ? [name] : []));
  return [
    {
      act: 'person.merged',
      object: { kind: 'person', id: stays },
      after: { mergedFrom: goes, punches, faceTaken: face === 'goes', fields: taken },
    },
    { act: 'person.merged', object: { kind: 'person', id: goes }, after: { mergedInto: stays } },
    ...(account ? [{ act: account.act, object: { kind: 'account' as const, id: account.id } }] : []),
  ];
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such person.');
}
