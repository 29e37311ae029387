/** Lists of people, put together from what the server sent and what waits in this browser. */
import { compareNames } from '#protocol/name-order.ts';
import { laterTick } from '#protocol/roll-call-ticks.ts';
import type { ListedView, PresenceView, RollCallView, TickView } from '#protocol/roll-calls.ts';
import type { WaitingTick } from './roll-call-store.ts';
import { groupBy } from '../session/group-by.ts';

interface Listed {
  person: { id: string; displayName: string; number: string };
}

/** The list after news of the server, which are a whole list or only what has changed. */
export function withNews(view: RollCallView | null, news: RollCallView): RollCallView {
  if (view?.id !== news.id) return news;
  // An answer that was overtaken by a later one.
  if (news.version < view.version) return view;
  if (news.whole) return news;
  return { ...news, whole: true, people: merged(view.people, news.people) };
}

export function withPresenceNews(view: PresenceView | null, news: PresenceView): PresenceView {
  if (news.whole || !view) return news;
  const gone = new Set(news.gone);
  const stay = view.people.filter(({ person }) => !gone.has(person.id));
  return { ...news, whole: true, gone: [], people: merged(stay, news.people) };
}

/** In the order of names, as the server has them. */
function merged<T extends Listed>(known: readonly T[], news: readonly T[]): T[] {
  const people = new Map([...known, ...news].map((one) => [one.person.id, one]));
  return [...people.values()].toSorted(
    ({ person: a }, { person: b }) =>
      compareNames(a.displayName, b.displayName) || compareNames(a.number, b.number),
  );
}

/** The ticks of this browser count at once, by the same rule by which the server will count them. */
export function withTicks(
  view: RollCallView,
  ticks: readonly WaitingTick[],
  own: Pick<TickView, 'by' | 'client'>,
): RollCallView {
  const waiting = groupBy(ticks, ({ person }) => person);
  if (waiting.size === 0) return view;
  const people = view.people.map((one): ListedView => {
    const of = waiting.get(one.person.id) ?? [];
    const tick = of.reduce<TickView | null>(
      (last, { says, at, sequence }) => laterTick(last, { ...own, says, at, sequence }),
      one.tick,
    );
    return { ...one, tick };
  });
  return { ...view, people };
}
