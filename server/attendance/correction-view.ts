import type { Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import type { Correction } from '../db/entities/correction.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { displayName } from '../people/display-name.ts';
import type { CorrectionView } from '../protocol/corrections.ts';
import { may, type Role } from '../protocol/permissions.ts';
import { allSites } from '../sites/site-service.ts';
import { clockAt, dateAt } from '../time/zoned.ts';
import { detailsOf, punchView } from './punch-view.ts';

/** @param reader who looks: whether they may decide or withdraw; an employee sees nothing of others who are concerned */
export async function correctionViews(
  em: Em,
  corrections: readonly Correction[],
  reader: { accountId: string; role: Role; personId?: string },
): Promise<CorrectionView[]> {
  // A merge of two records may have moved the punches of years.
  const listed = corrections.filter(({ kind }) => kind !== 'merge').map(({ id }) => id);
  const added = { correctionId: { $in: listed } };
  const touched = { id: { $in: corrections.flatMap(({ punchIds }) => punchIds) } };
  const punches = await em.find(Punch, { $or: [added, touched] }, { orderBy: { at: 'asc' } });
  const details = await detailsOf(em, punches);
  const ids = corrections.flatMap(({ personId, toPersonId }) => [personId ?? [], toPersonId ?? []].flat());
  const people = new Map((await em.find(Person, { id: { $in: ids } })).map((one) => [one.id, one]));
  const names = new Map(
    (await em.find(Account, {}, { fields: ['id', 'name'] })).map(({ id, name }) => [id, name]),
  );
  const sites = await allSites(em);
  const sees = (id: string) => reader.personId === undefined || id === reader.personId;
  const person = (id: string | null | undefined) => {
    const one = id && sees(id) ? people.get(id) : undefined;
    return one ? { id: one.id, number: one.number ?? '', displayName: displayName(one) } : null;
  };
  return corrections.map((one) => {
    const site = sites.find(({ id }) => id === one.siteId);
    const at = one.at?.getTime();
    const decided = one.decidedAt && one.state !== 'waiting';
    return {
      id: one.id,
      kind: one.kind,
      state: one.state,
      person: person(one.personId),
      toPerson: person(one.toPersonId),
      punches: punches
        .filter(({ id, correctionId }) => correctionId === one.id || one.punchIds.includes(id))
        .filter(({ personId }) => sees(personId))
        .map((punch) => punchView(punch, details)),
      says: one.says ?? null,
      at: one.at?.toISOString() ?? null,
      localTime:
        site && at !== undefined ? `${dateAt(at, site.timeZone)} ${clockAt(at, site.timeZone)}` : null,
      site: site?.name ?? null,
      reason: one.reason,
      author: { name: names.get(one.authorId) ?? '', at: one.createdAt.toISOString() },
      decision: decided
        ? { name: names.get(one.deciderId ?? one.authorId) ?? '', at: one.decidedAt!.toISOString() }
        : null,
      note: one.note ?? null,
      mayDecide:
        one.state === 'waiting' &&
        one.authorId !== reader.accountId &&
        may({ kind: 'account', role: reader.role }, 'corrections:decide'),
      mayWithdraw: one.state === 'waiting' && one.authorId === reader.accountId,
    };
  });
}
