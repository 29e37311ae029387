/** The morning that the pictures show: colleagues, and when they came. */
import type { Page } from 'playwright-core';
import { API } from '#protocol/endpoints.ts';

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

/** From west to east; at any moment it is nine in the morning in at least one of them. */
const ZONES = `
  Pacific/Honolulu Pacific/Gambier America/Anchorage America/Los_Angeles America/Denver America/Chicago America/New_York
  America/Halifax America/Sao_Paulo Atlantic/South_Georgia Atlantic/Cape_Verde Atlantic/Azores Europe/London
  Europe/Berlin Europe/Athens Europe/Istanbul Asia/Dubai Asia/Karachi Asia/Dhaka Asia/Bangkok Asia/Singapore Asia/Tokyo
  Australia/Brisbane Pacific/Noumea Pacific/Auckland Pacific/Fiji Pacific/Tongatapu
`
  .trim()
  .split(/\s+/);

/** A time zone in which it is nine in the morning: the pictures show the same hour whenever they are taken. */
export function morningZone(now: Date): string {
  const hour = (timeZone: string) =>
    Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone }).format(now));
  return ZONES.find((zone) => hour(zone) === 9) ?? 'UTC';
}

/** Adds the colleagues and their punches as HR would, by the API, with the session of `page`. */
export async function addColleagues(page: Page, url: string): Promise<void> {
  const send = async (path: string, data: object) => {
    const response = await page.request.post(`${url}${API}${path}`, { data, headers: { origin: url } });
    if (!response.ok()) throw new Error(`${path}: ${await response.text()}`);
  };
  const addDepartment = async (name: string) => {
    const request = { data: { name }, headers: { origin: url } };
    const reply = await page.request.post(`${url}${API}/departments`, request);
    // 409: it is there already.
    if (!reply.ok() && reply.status() !== 409) throw new Error(await reply.text());
  };
  const attendance = await page.request.get(`${url}/api/v1/attendance`);
  const { date } = (await attendance.json()) as { date: string };
  const answer = await page.request.get(`${url}${API}/sites`);
  const { sites } = (await answer.json()) as { sites: { id: string }[] };
  const siteId = sites[0]!.id;
  for (const { came, left, ...person } of COLLEAGUES) {
    await addDepartment(person.department);
    await send('/people', person);
    const punch = {
      kind: 'add',
      number: person.number,
      siteId,
      date,
      reason: 'The station was being installed',
    };
    if (came !== null) await send('/corrections', { ...punch, time: came, says: 'in' });
    if (left !== undefined) await send('/corrections', { ...punch, time: left, says: 'out' });
  }
}
