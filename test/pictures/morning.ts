/** The morning that the pictures show: colleagues, and when they came. */
import type { Page } from 'playwright-core';

interface Colleague {
  number: string;
  givenName: string;
  familyName: string;
  department: string;
  jobTitle: string;
  /** Wall clock of the check-in; null for somebody who is not there. */
  came: string | null;
  /** Wall clock of the check-out. */
  left?: string;
}

const COLLEAGUES: readonly Colleague[] = [
  {
    number: '1001',
    givenName: 'Amina',
    familyName: 'Haddad',
    department: 'Production',
    jobTitle: 'Shift lead',
    came: '05:54',
  },
  {
    number: '1003',
    givenName: 'Jonas',
    familyName: 'Weber',
    department: 'Production',
    jobTitle: 'Machinist',
    came: '05:58',
    left: '08:41',
  },
  {
    number: '1005',
    givenName: 'Mei',
    familyName: 'Tanaka',
    department: 'Design',
    jobTitle: 'Designer',
    came: '08:12',
  },
  {
    number: '1006',
    givenName: 'Priya',
    familyName: 'Raman',
    department: 'Design',
    jobTitle: 'Engineer',
    came: '08:27',
  },
  {
    number: '1008',
    givenName: 'Sofia',
    familyName: 'Almeida',
    department: 'Office',
    jobTitle: 'Accountant',
    came: null,
  },
];

/** A time zone in which it is between nine and ten in the morning: the pictures show the same hour whenever they are taken. */
export function morningZone(now: Date): string {
  const ahead = 9 - now.getUTCHours();
  // Zones reach from twelve hours behind UTC to fourteen ahead. `Etc/GMT-5` is five hours ahead.
  const hours = ahead < -12 ? ahead + 24 : ahead;
  return hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

/** Adds the colleagues and their punches as HR would, by the API, with the session of `page`. */
export async function addColleagues(page: Page, url: string): Promise<void> {
  const send = async (path: string, data: object) => {
    const response = await page.request.post(`${url}/api${path}`, { data, headers: { origin: url } });
    if (!response.ok()) throw new Error(`${path}: ${await response.text()}`);
  };
  const attendance = await page.request.get(`${url}/api/attendance`);
  const { date } = (await attendance.json()) as { date: string };
  for (const { came, left, ...person } of COLLEAGUES) {
    await send('/people', person);
    const punch = { number: person.number, date, reason: 'The station was being installed' };
    if (came !== null) await send('/attendance/corrections', { ...punch, time: came, kind: 'in' });
    if (left !== undefined) await send('/attendance/corrections', { ...punch, time: left, kind: 'out' });
  }
}
