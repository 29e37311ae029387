/** How busy this process is: its vision threads, its processor time and its memory. */
import os from 'node:os';

/** From this load on an analyzer refuses cameras: above it, pictures wait. */
export const FULL = 0.8;

/** Weight of the newest measurement: what was two seconds ago counts half. */
const NEWEST = 0.15;
const MIB = 1024 * 1024;

export class LoadMeter {
  readonly #memoryLimitMb: number;
  #at = performance.now();
  #cpu = process.cpuUsage();
  #work = 0;

  constructor(memoryLimitMb: number) {
    this.#memoryLimitMb = memoryLimitMb;
  }

  /** @param busy ms that the vision threads have worked since the last call */
  measure(busy: number, threads: number): void {
    const now = performance.now();
    const cpu = process.cpuUsage();
    const spent = (cpu.user - this.#cpu.user + cpu.system - this.#cpu.system) / 1_000;
    const passed = Math.max(1, now - this.#at);
    const work = Math.max(busy / passed / Math.max(1, threads), spent / passed / os.availableParallelism());
    this.#work += (Math.min(1, work) - this.#work) * NEWEST;
    this.#at = now;
    this.#cpu = cpu;
  }

  /** 0..1. */
  get load(): number {
    return Math.min(1, Math.max(this.#work, process.memoryUsage.rss() / MIB / this.#memoryLimitMb));
  }
}
