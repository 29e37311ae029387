/** Finds the person whose account an employee gets who signs in with the identity provider. Never by a name. */
import type { Em } from '../../db/database.ts';
import { Person } from '../../db/entities/person.ts';
import { escapeLike } from '../../db/like.ts';
import { valueOf } from './role-of.ts';

/** `email`: the address that the provider has verified. `number`: the employee number, which is in this claim. */
export type PersonBinding = { by: 'email' } | { by: 'number'; claim: string };

/** What the claims say about who the person is; null where they say nothing that can be trusted. */
export function personKeyOf(
  claims: Readonly<Record<string, unknown>>,
  binding: PersonBinding | null,
): PersonKey | null {
  if (binding === null) return null;
  const value = binding.by === 'email' ? claims['email'] : valueOf(claims, binding.claim);
  // Anybody may write any address into a profile: it counts only where the provider says that it was verified.
  if (binding.by === 'email' && claims['email_verified'] !== true) return null;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? { by: binding.by, value: text.trim() } : null;
}

export interface PersonKey {
  by: PersonBinding['by'];
  value: string;
}

/** The one active person whom the key means; null where it means nobody, or several. */
export async function personOf(em: Em, { by, value }: PersonKey): Promise<Person | null> {
  const found = await em.find(
    Person,
    { [by]: { $ilike: escapeLike(value) }, status: 'active', erasedAt: null },
    { limit: 2 },
  );
  return found.length === 1 ? found[0]! : null;
}
