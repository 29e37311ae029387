/** The frozen figures of a closing, one page of people at a time. */
import { personOf } from '../people/person-summary.ts';
import type { Em } from '../db/database.ts';
import { ClosedAdjustment, ClosedDay } from '../db/entities/closing.ts';
import { Person } from '../db/entities/person.ts';
import type { ClosingDetailView, ClosingView } from '../protocol/closings.ts';
import type { PageQuery } from '../protocol/fields.ts';
import { type Figures, sumOf } from '../worktime/closing.ts';
import { withinSql } from './closing-view.ts';

/** @param departments include only people who were in these departments when the month was closed */
export async function closingDetail(
  em: Em,
  closing: ClosingView,
  { limit, after }: PageQuery,
  departments?: readonly string[],
): Promise<ClosingDetailView> {
  const within = withinSql(departments);
  const rows = await em.execute<{ id: string; department: string }[]>(
    `select person_id as id, department from closed_person where closing_id = ? ${within.sql}
      and person_id::text > ? order by person_id limit ?`,
    [closing.id, ...within.parameters, after ?? '', limit + 1],
  );
  const page = rows.slice(0, limit);
  const personIds = page.map(({ id }) => id);
  const of = { closingId: closing.id, personId: { $in: personIds } };
  const people = new Map((await em.find(Person, { id: { $in: personIds } })).map((one) => [one.id, one]));
  const order = { orderBy: { date: 'asc' } } as const;
  const days = Map.groupBy(await em.find(ClosedDay, of, order), ({ personId }) => personId);
  const adjustments = Map.groupBy(await em.find(ClosedAdjustment, of, order), ({ personId }) => personId);
  return {
    closing,
    people: page.map(({ id, department }) => {
      const own = days.get(id) ?? [];
      const planned = own.flatMap((day) => day.planned ?? []);
      return {
        person: { ...personOf(people.get(id)!), department },
        frozen: sumOf(own),
        planned: planned.length > 0 ? planned.reduce((sum, time) => sum + time, 0) : null,
        days: own.map((day) => ({
          date: day.date,
          figures: figuresOf(day),
          planned: day.planned ?? null,
          punches: day.punchIds,
        })),
        adjustments: (adjustments.get(id) ?? []).map((one) => ({
          date: one.date,
          month: one.month,
          difference: figuresOf(one),
          added: one.added,
          removed: one.removed,
        })),
      };
    }),
    next: rows.length > limit ? page.at(-1)!.id : null,
  };
}

function figuresOf({ presence, pauses, deducted, worked, incomplete }: Figures): Figures {
  return { presence, pauses, deducted, worked, incomplete };
}
