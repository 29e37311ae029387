/** The rules of a site in words, each with its consequence in one sentence. */
import { msg, str } from '@lit/localize';
import type { ApprovalRule, BreakRules, DoorReading, NameOrder } from '#protocol/sites.ts';
import { span } from '../../components/format.ts';
import { list } from '../../locales/intl.ts';

interface Rule {
  title: string;
  consequence: string;
}

export function readingRule(reading: DoorReading): Rule {
  const rules: Record<DoorReading, Rule> = {
    'first-and-last': {
      title: msg('First and last'),
      consequence: msg(
        'The first passing of a day is the check-in, the last one the check-out; whether someone is still there is not known in between.',
      ),
    },
    'in-and-out': {
      title: msg('In and out'),
      consequence: msg(
        'Passings alternate between in and out, so Muster knows who is there; everyone must pass at every break.',
      ),
    },
  };
  return rules[reading];
}

export function approvalRule(approval: ApprovalRule): Rule {
  const rules: Record<ApprovalRule, Rule> = {
    off: {
      title: msg('No approval'),
      consequence: msg('Every correction counts at once.'),
    },
    others: {
      title: msg('Corrections by managers'),
      consequence: msg(
        'Corrections by HR and owners count at once; those by managers wait for a second person.',
      ),
    },
    all: {
      title: msg('All corrections'),
      consequence: msg('Every correction waits until a second person approves it.'),
    },
  };
  return rules[approval];
}

export function nameRule(order: NameOrder): Rule {
  const rules: Record<NameOrder, Rule> = {
    'given-first': {
      title: msg('Given name first'),
      consequence: msg('Names are written as in Ada Lovelace.'),
    },
    'family-first': {
      title: msg('Family name first'),
      consequence: msg('Names are written as in Lovelace Ada, and 山田太郎 without a space.'),
    },
  };
  return rules[order];
}

export function viewingRule(viewing: 'on' | 'off'): Rule {
  const rules: Record<'on' | 'off', Rule> = {
    on: {
      title: msg('Owners and HR may watch'),
      consequence: msg(
        'Who watches which camera, and from when, is recorded in the audit trail. The default.',
      ),
    },
    off: {
      title: msg('Nobody may watch'),
      consequence: msg('The server sends no live pictures to anybody; recognition goes on as before.'),
    },
  };
  return rules[viewing];
}

export function breaksText({ steps, punchedCount }: BreakRules): string {
  if (steps.length === 0) return msg('No break is deducted.');
  const parts = list(
    steps.map(({ after, required }) => msg(str`${span(required)} after ${span(after)} of work`)),
  );
  return punchedCount
    ? msg(str`${parts}, less the breaks that were punched.`)
    : msg(str`${parts}, beside the breaks that were punched.`);
}
