/** A whole office under faults: PostgreSQL, the server, and two doors in real Chromium before which two known people pass. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PinView } from '#protocol/passes.ts';
import type { PersonView } from '#protocol/people.ts';
import { Office } from '../../e2e/office.ts';
import { vp8Clip } from '../../fixtures/clips.ts';
import { Chromium } from '../../support/chromium.ts';
import { INSPECTED, Inspectors } from '../../support/inspector.ts';
import { MovingClock } from '../../support/moving-clock.ts';
import { childrenOf, isRunning } from '../../support/processes.ts';
import { deskCamera, staffApi } from '../known-people.ts';
import { BenchPostgres } from './bench-postgres.ts';
import { Door } from './door.ts';
import type { Books, ClockStep, Passing, WrittenPunch } from './ledger.ts';
import { Relay } from './relay.ts';

const SIZE = { width: 480, height: 360, fps: 12 };
/** A person stands there for this long, ms. */
const STANDS = 2_000;
/** Seconds; the next passing of a person begins later. */
const GAP = 2;
/** The disk that may be full holds this much: twice what PostgreSQL begins with. */
const DISK = '384m';

const NAMES = ['Alan', 'Bob'] as const;

export interface SceneOptions {
  log: (line: string) => void;
  /** Between two people nobody stands there for this long, ms: longer than a face is remembered out of view. */
  empty?: number;
  /** How late a picture may be, ms: a punch may be so much later than the moment in which the person went. */
  tolerance?: number;
  /** A door that has not recognized anybody after this long counts as lost, ms. */
  patience?: number;
}

const USUAL = { empty: 1_800, tolerance: 1_000, patience: 90_000 };

export class Scene {
  readonly office: Office;
  readonly postgres: BenchPostgres;
  readonly clock: MovingClock;
  readonly relay: Relay;
  readonly inspectors: Inspectors;
  readonly doors: readonly [Door, Door];
  /** Somebody without a face, who has a number and a PIN. */
  readonly pin: { personId: string; number: string; pin: string };
  /** Where the disk is mounted that may be filled; null where this account may not mount. */
  readonly disk: string | null;
  readonly passings: Passing[] = [];
  readonly steps: ClockStep[] = [];
  /** How often the server ended although nobody had killed it. */
  endings = 0;
  readonly #personIds: readonly string[];
  readonly #opened: AsyncDisposableStack;
  readonly #log: (line: string) => void;
  readonly #pace: typeof USUAL;
  #wanted = true;
  #swapped = false;

  static async open(options: SceneOptions): Promise<Scene> {
    const { log, ...pace } = { ...USUAL, ...options };
    await using opened = new AsyncDisposableStack();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-faults-'));
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    const disk = mounted(folder);
    if (disk !== null) opened.defer(() => void execFileSync('umount', [folder]));
    const postgres = await BenchPostgres.start(folder);
    opened.defer(() => postgres.close());
    const clock = await MovingClock.at(Date.now());
    opened.defer(() => clock.close());
    const office = await Office.open(
      { url: postgres.url, drop: async () => {} },
      {
        ...clock.env,
        NODE_OPTIONS: `${clock.env['NODE_OPTIONS']} ${INSPECTED}`,
        MUSTER_DATA_DIR: path.join(folder, 'muster'),
        MUSTER_MIN_GAP_SECONDS: String(GAP),
        MUSTER_ENROLLMENT_BINS: '1',
      },
    );
    opened.defer(() => office.close());
    const relay = await Relay.open({
      http: Number(new URL(office.server.url).port),
      media: office.server.mediaPort,
    });
    opened.defer(() => relay.close());

    const admin = await office.setUp(await office.browser(await deskCamera.alan()));
    await office.enroll(admin, { number: '1', givenName: 'Alan', familyName: 'Adams' });
    await admin.goto('about:blank');
    const second = await office.browser(await deskCamera.bob());
    await office.enroll(await office.signIn(second), { number: '2', givenName: 'Bob', familyName: 'Brown' });
    await second.close();
    const api = staffApi(admin, office.server.url);
    const { people } = await api<{ people: PersonView[] }>('GET', '/people');
    const personIds = NAMES.map((name) => people.find(({ givenName }) => givenName === name)!.id);
    const grace = await api<PersonView>('POST', '/people', {
      number: '3',
      givenName: 'Grace',
      familyName: 'Gray',
    });
    const { pin } = await api<PinView>('PUT', `/people/${grace.id}/pin`);

    // Both move as people usually do: who stands there when a camera begins counts once they have moved (`wish.ts`).
    const films = {
      [personIds[0]!]: await vp8Clip({ clip: 'cap13', from: 0, to: 6, boomerang: true, ...SIZE }),
      [personIds[1]!]: await vp8Clip({ clip: 'franck', from: 132, to: 138, boomerang: true, ...SIZE }),
    };
    const doors: Door[] = [];
    for (const name of ['Front door', 'Back door']) {
      const browser = await Chromium.launch();
      opened.defer(() => browser.close());
      const door = new Door(browser);
      await door.open({
        office,
        admin,
        name,
        films,
        patience: pace.patience,
        ...SIZE,
        url: `http://localhost:${relay.httpPort}`,
        via: { server: office.server.mediaPort, relay: relay.mediaPort },
      });
      doors.push(door);
    }
    return new Scene(
      { office, postgres, clock, relay, disk, doors: [doors[0]!, doors[1]!], personIds, log, pace },
      { personId: grace.id, number: '3', pin },
      opened.move(),
    );
  }

  private constructor(
    parts: Pick<Scene, 'office' | 'postgres' | 'clock' | 'relay' | 'disk' | 'doors'> & {
      personIds: readonly string[];
      log: (line: string) => void;
      pace: typeof USUAL;
    },
    pin: Scene['pin'],
    opened: AsyncDisposableStack,
  ) {
    this.office = parts.office;
    this.postgres = parts.postgres;
    this.clock = parts.clock;
    this.relay = parts.relay;
    this.disk = parts.disk;
    this.doors = parts.doors;
    this.pin = pin;
    this.inspectors = new Inspectors(parts.office.server.output);
    this.#personIds = parts.personIds;
    this.#log = parts.log;
    this.#pace = parts.pace;
    this.#opened = opened;
    const watch = setInterval(() => void this.#serve(), 250);
    opened.defer(() => clearInterval(watch));
  }

  /** One of the server's children. */
  child(words: string): number {
    const [pid] = childrenOf(this.office.server.pid, words);
    if (pid === undefined) throw new Error(`the server has no ${words}`);
    return pid;
  }

  /** Kills the server; `meanwhile` happens while it is away. Resolves when it is ready again. */
  async killServer(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    this.#wanted = false;
    try {
      await this.office.server.down('SIGKILL');
      await meanwhile();
      const began = performance.now();
      await this.office.server.up();
      this.#log(`the server was ready after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    } finally {
      this.#wanted = true;
    }
  }

  /** Sets the clock of the server and its children, relative to the machine's. */
  stepClock(offset: number): void {
    this.clock.set(Date.now() + offset);
    this.steps.push({ from: Date.now(), offset });
  }

  /** Lets the two pass before the doors in turn, until the signal comes. */
  async letPass(signal: AbortSignal): Promise<void> {
    const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
    while (!signal.aborted) {
      await this.#stand();
      await pause(STANDS);
      if (signal.aborted) return;
      await this.leave();
      await pause(this.#pace.empty);
    }
  }

  /** How long after `since` the last of the two doors recognized who has just come, ms; null if it never did. */
  async recognizedAgain(since: number): Promise<number | null> {
    await this.#stand();
    const until = performance.now() + this.#pace.patience;
    while (this.doors.some(({ recognizedAt }) => recognizedAt === null)) {
      if (performance.now() > until) return null;
      await sleep(20);
    }
    const at = Math.max(...this.doors.map(({ recognizedAt }) => recognizedAt!));
    await this.leave();
    await sleep(this.#pace.empty);
    return Math.max(0, at - since);
  }

  async leave(): Promise<void> {
    await Promise.all(this.doors.map((door) => door.leave()));
  }

  /** The other of the two comes before each door. */
  async #stand(): Promise<void> {
    this.#swapped = !this.#swapped;
    const ids = this.#swapped ? this.#personIds.toReversed() : this.#personIds;
    await Promise.all(this.doors.map((door, i) => door.stand(ids[i]!, this.passings)));
  }

  /** What everybody said and saw. Call it when nothing waits any more. */
  async books(): Promise<Books> {
    await this.#settled();
    const punches = await this.postgres.asOperator((database) =>
      database
        .fork()
        .execute<(Omit<WrittenPunch, 'at'> & { at: string | Date })[]>(
          `select sighting_id "sightingId", person_id "personId", device_id "deviceId", at from punch`,
        ),
    );
    return {
      passings: this.passings,
      cards: this.doors.flatMap(({ cards }) => cards),
      names: this.doors.flatMap(({ names }) => names),
      punches: punches.map(({ sightingId, personId, deviceId, at }) => ({
        sightingId,
        personId,
        deviceId,
        at: new Date(at).getTime(),
      })),
      clock: this.steps,
      gap: GAP * 1_000,
      tolerance: this.#pace.tolerance,
    };
  }

  close(): Promise<void> {
    this.#wanted = false;
    return this.#opened.disposeAsync();
  }

  /** The server says that no sighting waits, and no station holds a punch. */
  async #settled(): Promise<void> {
    const until = performance.now() + this.#pace.patience;
    const quiet = async () => {
      const response = await fetch(`${this.office.server.url}/api/v1/health`);
      const health = (await response.json()) as { sightings?: { waiting: number } };
      return response.ok && (health.sightings?.waiting ?? 0) === 0;
    };
    while (!(await quiet().catch(() => false))) {
      if (performance.now() > until) throw new Error('sightings still wait at the end');
      await sleep(250);
    }
    for (const door of this.doors) await door.holdsNothing();
  }

  /** As a service manager: a server that ended is started again. */
  async #serve(): Promise<void> {
    const { server } = this.office;
    if (!this.#wanted || isRunning(server.pid)) return;
    this.#wanted = false;
    this.endings += 1;
    this.#log(`the server ended by itself: ${server.output.slice(-3).join(' | ')}`);
    for (;;) {
      try {
        await server.up();
        break;
      } catch {
        await sleep(500);
      }
    }
    this.#wanted = true;
  }
}

/** A small disk at this folder; null where this account may not mount one. */
function mounted(folder: string): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=0755`, 'muster-bench', folder], {
      stdio: 'ignore',
    });
    return folder;
  } catch {
    return null;
  }
}
