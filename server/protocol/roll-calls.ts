/** Who is in the building, and roll calls: everybody who may be in it, ticked off by wardens. */
import { z } from 'zod';
import { id, instant, next, page } from './fields.ts';
import { TICKS } from './roll-call-ticks.ts';

const whoseView = z.strictObject({
  id,
  number: z.string(),
  displayName: z.string(),
  department: z.string(),
});

const siteOfPresence = z.strictObject({ id, name: z.string(), timeZone: z.string() });
export type SiteOfPresence = z.infer<typeof siteOfPresence>;

const presentView = z.strictObject({
  person: whoseView,
  siteId: id.describe('Of the door of the last punch.'),
  state: z
    .enum(['in', 'uncertain'])
    .describe('`uncertain`: the doors cannot know whether the person has left, or a departure is missing.'),
  since: instant.describe('The arrival.'),
  seenAt: instant.describe('The last punch.'),
  door: z.string().nullable().describe('Of the last punch; null where it was added by hand.'),
});
export type PresentView = z.infer<typeof presentView>;

const openRollCall = z.strictObject({ id, siteId: id.nullable(), startedAt: instant });

export const presenceView = z
  .strictObject({
    at: instant.describe('The list is that of this moment.'),
    serial: z.string().describe('Names this state: send it as `since` to get only what has changed.'),
    whole: z.boolean().describe('False: `people` are only those who changed since `since`.'),
    people: z.array(presentView).describe('In the order of names.'),
    gone: z.array(id).describe('People who were in the list at `since` and are not any more.'),
    sites: z.array(siteOfPresence).describe('All of them; the default site first.'),
    rollCalls: z.array(openRollCall).describe('Those that have not ended.'),
  })
  .meta({ id: 'Presence' });
export type PresenceView = z.infer<typeof presenceView>;

export const presenceQuery = z.strictObject({ since: z.string().max(80).optional() });

const tickView = z.strictObject({
  says: z.enum(TICKS),
  at: instant.describe('When the warden ticked.'),
  by: z.string().describe('Name of the account.'),
  client: id,
  sequence: z.int(),
});
export type TickView = z.infer<typeof tickView>;

const listedView = z.strictObject({
  person: whoseView,
  siteId: id.nullable(),
  state: z
    .enum(['in', 'uncertain', 'left', 'unknown'])
    .describe('`left`: after the start, through a door. `unknown`: ticked by a warden, not seen by a door.'),
  since: instant.nullable(),
  seenAt: instant.nullable(),
  door: z.string().nullable(),
  added: z.boolean().describe('Came onto the list after the start.'),
  tick: tickView.nullable().describe('The tick that counts: the last by its own time.'),
});
export type ListedView = z.infer<typeof listedView>;

const who = z.strictObject({ name: z.string(), at: instant });

const rollCallHead = {
  id,
  siteId: id.nullable().describe('Null: all sites.'),
  site: z.string().nullable().describe('Its name.'),
  started: who,
  ended: who.nullable(),
};

export const rollCallView = z
  .strictObject({
    ...rollCallHead,
    at: instant.describe('The list is that of this moment.'),
    version: z.int().describe('Grows with each change: send it as `since` to get only what has changed.'),
    whole: z.boolean().describe('False: `people` are only those who changed since `since`.'),
    people: z.array(listedView).describe('In the order of names.'),
    sites: z.array(siteOfPresence),
  })
  .meta({ id: 'RollCall' });
export type RollCallView = z.infer<typeof rollCallView>;

export const rollCallQuery = z.strictObject({
  since: z.coerce.number<number>().int().min(0).max(2_147_483_647).default(0),
});

export const newRollCall = z.strictObject({
  siteId: id.nullable().describe('Null: all sites.'),
});

export const rollCallsView = z.strictObject({
  rollCalls: z.array(z.strictObject({ ...rollCallHead, expected: z.int(), safe: z.int(), missing: z.int() })),
  next,
});
export type RollCallsView = z.infer<typeof rollCallsView>;

/** The most ticks in one delivery. */
export const TICK_BATCH = 200;

const tickInput = z.strictObject({
  sequence: z.int().min(1).max(2_147_483_647).describe('The browser never uses a number twice.'),
  person: id,
  says: z.enum(TICKS),
  at: instant.describe('When the warden ticked, by the clock of the server as the browser knows it.'),
});
export type TickInput = z.infer<typeof tickInput>;

export const tickDelivery = z.strictObject({
  client: id.describe('Names the browser.'),
  ticks: z.array(tickInput).min(1).max(TICK_BATCH),
});
export type TickDelivery = z.infer<typeof tickDelivery>;

const tickAnswer = z
  .enum(['taken', 'already', 'refused'])
  .describe('`already`: delivered before, and counted once. `refused`: there is no such person.');
export type TickAnswer = z.infer<typeof tickAnswer>;

export const tickAnswers = z.strictObject({
  answers: z.array(tickAnswer).describe('In the order of the ticks.'),
});
export type TickAnswers = z.infer<typeof tickAnswers>;

export const rollCallTicksQuery = z.strictObject(page);
export const rollCallTicksView = z.strictObject({
  ticks: z.array(tickView.extend({ person: whoseView })),
  next,
});
export type RollCallTicksView = z.infer<typeof rollCallTicksView>;
