/** Which work days other rules of a site would change. */
import type { Em } from '../db/database.ts';
import { displayName } from '../people/display-name.ts';
import type { SitePreviewInput, SitePreviewView } from '../protocol/sites.ts';
import { recordOf } from '../sites/site-service.ts';
import { workRecords } from './work-record.ts';

/** The most days that are listed one by one. */
const LISTED = 500;

export async function rulePreview(
  em: Em,
  siteId: string,
  { change, from, to }: SitePreviewInput,
): Promise<SitePreviewView> {
  const before = await workRecords(em, { from, to });
  const rules = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after = await workRecords(em, {
    from,
    to,
    rules: (site) => (site.id === siteId ? { ...recordOf(site), ...rules } : site),
  });
  const changed: SitePreviewView['changed'] = [];
  let compared = 0;
  for (const personId of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(personId), after.get(personId)];
    const { person, site } = (old ?? now)!;
    if (site.id !== siteId) continue;
    const dates = new Set([...(old?.days ?? []), ...(now?.days ?? [])].map(({ date }) => date));
    for (const date of [...dates].toSorted()) {
      compared += 1;
      const figures = [old, now].map((record) => figuresOf(record?.days.find((day) => day.date === date)));
      if (JSON.stringify(figures[0]) === JSON.stringify(figures[1])) continue;
      changed.push({
        person: { id: personId, displayName: displayName(person) },
        date,
        before: figures[0]!,
        after: figures[1]!,
      });
    }
  }
  return { days: compared, changed: changed.slice(0, LISTED), total: changed.length };
}

function figuresOf(day: { worked: number; incomplete: boolean } | undefined) {
  return day ? { worked: day.worked, incomplete: day.incomplete } : null;
}
