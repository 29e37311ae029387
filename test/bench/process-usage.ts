/** What processes take of the machine. Linux only. */
import { readFileSync } from 'node:fs';

export interface Usage {
  /** Seconds of processor time since its start. */
  cpu: number;
  /** Resident MiB. */
  rss: number;
}

/** Unit of /proc/PID/stat's times on Linux: USER_HZ, 100 a second on every supported platform. */
const TICKS_PER_SECOND = 100;

/** Of the processes together. */
export function usage(pids: readonly number[]): Usage {
  let [cpu, rss] = [0, 0];
  for (const pid of pids) {
    // Fields after the name, which may hold blanks: utime is the 12th, stime the 13th.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    cpu += (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND;
    rss += kilobytes(`/proc/${pid}/status`, 'VmRSS') / 1024;
  }
  return { cpu, rss };
}

/** MiB of processes that share memory: each shared page counts once. */
export function sharedResident(pids: readonly number[]): number {
  return pids.reduce((all, pid) => all + kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss') / 1024, 0);
}

function kilobytes(file: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
}
