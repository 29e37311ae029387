import { ROLES, type Role } from '../../protocol/permissions.ts';

/** Values of the claim that stand for each role. */
export type RoleMapping = Readonly<Partial<Record<Role, readonly string[]>>>;

/**
 * The highest role that the claim gives; null where it gives none. `claim`: a name, or a path through nested objects
 * (`realm_access.roles`); its value is one string or a list of them.
 */
export function roleOf(
  claims: Readonly<Record<string, unknown>>,
  claim: string,
  mapping: RoleMapping,
): Role | null {
  const values = new Set<unknown>([valueOf(claims, claim)].flat());
  return ROLES.find((role) => mapping[role]?.some((value) => values.has(value))) ?? null;
}

/** Looks for the whole name first, because some providers use dots, or a web address, in the names of their claims. */
export function valueOf(claims: Readonly<Record<string, unknown>>, claim: string): unknown {
  if (claim in claims) return claims[claim];
  let value: unknown = claims;
  for (const part of claim.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
