import { describe, expect, it } from 'vitest';
import { roleOf } from './role-of.ts';

const mapping = { owner: ['admins'], hr: ['people', 'payroll'], viewer: ['staff'] };

describe('roleOf', () => {
  it.each([
    ['one of a list', { groups: ['staff', 'payroll'] }, 'groups', 'hr'],
    ['the highest of several', { groups: ['staff', 'people', 'admins'] }, 'groups', 'owner'],
    ['a single string', { role: 'staff' }, 'role', 'viewer'],
    ['a nested claim', { realm_access: { roles: ['people'] } }, 'realm_access.roles', 'hr'],
    ['a name with dots', { 'https://a.example/roles': ['admins'] }, 'https://a.example/roles', 'owner'],
  ])('roleOf takes %s', (_name, claims, claim, role) => {
    expect(roleOf(claims, claim, mapping)).toBe(role);
  });

  it.each([
    ['nothing', {}, 'groups'],
    ['an unknown group', { groups: ['guests'] }, 'groups'],
    ['part of a name', { groups: ['admin', 'adminsx'] }, 'groups'],
    ['another claim', { teams: ['admins'] }, 'groups'],
    ['something that is no text', { groups: [{ name: 'admins' }, 1, null] }, 'groups'],
    ['an inherited property', {}, 'constructor.name'],
  ])('roleOf gives no role for %s', (_name, claims, claim) => {
    expect(roleOf(claims, claim, mapping)).toBeNull();
  });
});
