/** How the demonstration office is organized: sites, departments, shifts and rotas. */
import type { NewSite } from '../protocol/sites.ts';
import { HOUR, MINUTE } from '../time/durations.ts';

export interface DemoDepartment {
  name: string;
  site: 'main' | 'works';
  rota: keyof typeof ROTAS;
  jobs: readonly [string, ...string[]];
  /** Its share of the people. */
  seats: number;
}

export const DEPARTMENTS: readonly DemoDepartment[] = [
  { name: 'Administration', site: 'main', rota: 'office', jobs: ['Assistant', 'Office manager'], seats: 2 },
  { name: 'Design', site: 'main', rota: 'office', jobs: ['Designer', 'Art director'], seats: 2 },
  { name: 'Finance', site: 'main', rota: 'office', jobs: ['Accountant', 'Controller'], seats: 2 },
  { name: 'Human Resources', site: 'main', rota: 'office', jobs: ['Recruiter', 'HR manager'], seats: 1 },
  {
    name: 'Information Technology',
    site: 'main',
    rota: 'office',
    jobs: ['Engineer', 'Administrator'],
    seats: 4,
  },
  { name: 'Sales', site: 'main', rota: 'office', jobs: ['Account manager', 'Sales assistant'], seats: 4 },
  { name: 'Assembly', site: 'works', rota: 'two-shifts', jobs: ['Fitter', 'Team lead'], seats: 6 },
  { name: 'Logistics', site: 'works', rota: 'two-shifts', jobs: ['Driver', 'Warehouse clerk'], seats: 4 },
  {
    name: 'Production',
    site: 'works',
    rota: 'three-shifts',
    jobs: ['Operator', 'Machinist', 'Shift lead'],
    seats: 8,
  },
  { name: 'Security', site: 'works', rota: 'round-the-clock', jobs: ['Guard'], seats: 2 },
];

/** The European rule of thumb that most offices know: half an hour after six hours, three quarters after nine. */
const BREAKS = {
  steps: [
    { after: 6 * HOUR, required: 30 * MINUTE },
    { after: 9 * HOUR, required: 45 * MINUTE },
  ],
  punchedCount: true,
};

export const SITES: Readonly<Record<DemoDepartment['site'], Omit<NewSite, 'timeZone'>>> = {
  main: { name: 'Head office', reading: 'in-and-out', breaks: BREAKS, country: 'DE', region: 'BE' },
  works: { name: 'Works', reading: 'first-and-last', breaks: BREAKS, country: 'DE', region: 'BE' },
};

export const SHIFTS = {
  flexible: {
    name: 'Flexible',
    begin: '06:30',
    end: '20:00',
    flexible: { planned: 8 * HOUR, core: { begin: '10:00', end: '15:00' } },
  },
  morning: { name: 'Mornings', begin: '08:00', end: '12:30' },
  early: { name: 'Early', begin: '06:00', end: '14:00' },
  late: { name: 'Late', begin: '14:00', end: '22:00' },
  night: { name: 'Night', begin: '22:00', end: '06:00' },
} as const;
export type DemoShift = keyof typeof SHIFTS;

const week = (shift: DemoShift, days = 5) =>
  Array.from({ length: 7 }, (_, day): readonly DemoShift[] => (day < days ? [shift] : []));

export const ROTAS = {
  office: { name: 'Office', weeks: [week('flexible')], worksOnHolidays: false },
  mornings: { name: 'Mornings, Monday to Thursday', weeks: [week('morning', 4)], worksOnHolidays: false },
  'two-shifts': { name: 'Two shifts', weeks: [week('early'), week('late')], worksOnHolidays: false },
  'three-shifts': {
    name: 'Three shifts',
    weeks: [week('early'), week('late'), week('night')],
    worksOnHolidays: true,
  },
  // So that somebody is in the building on a Sunday too.
  'round-the-clock': {
    name: 'Round the clock',
    weeks: [week('early', 7), week('late', 7), week('night', 7)],
    worksOnHolidays: true,
  },
} as const;
/** A Monday: the first week of each rota. */
export const ANCHOR = '2026-01-05';

/** The doors by site. */
export const DOORS = [
  { name: 'Front door', site: 'main' },
  { name: 'Parking garage', site: 'main' },
  { name: 'Works gate', site: 'works' },
] as const;
