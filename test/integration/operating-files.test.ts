/** The dashboard and the alerts of docs/operating, against a real Prometheus that scrapes a real server with a camera. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk } from '../bench/soak/desk.ts';
import { loadVisitors, pictureAt } from '../bench/soak/visitors.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { MusterServer } from '../support/muster-server.ts';
import { hasProgram, needsProgram, programPath } from '../support/programs.ts';
import { Prometheus } from '../support/prometheus.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../docs/operating');
const ALERTS = path.join(FOLDER, 'alerts.yml');
const FPS = 5;
const run = promisify(execFile);

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[];
}

/** The expressions of the dashboard, as Grafana sends them. */
async function expressions(): Promise<{ title: string; expr: string }[]> {
  const { panels } = JSON.parse(await readFile(path.join(FOLDER, 'dashboard.json'), 'utf8')) as Dashboard;
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr
        .replaceAll('$job', 'muster')
        .replaceAll('$instance', '.*')
        .replaceAll('$__rate_interval', '30s'),
    })),
  );
}

/** The series that a text of expressions names. */
function seriesIn(text: string): string[] {
  return [...new Set(text.match(/\b(muster|process|nodejs)_\w+/g))];
}

/** A series of these begins with the first time: a restart, or a camera that reports when it received (RTCP XR), which few do. */
const LATER = [
  'muster_analyzer_restarts_total',
  'muster_media_worker_restarts_total',
  'muster_media_round_trip_seconds',
];

describe.skipIf(!hasProgram('promtool'))(`the alerts (${needsProgram('promtool')})`, () => {
  it('promtool finds no fault in them', async () => {
    const { stdout } = await run(programPath('promtool'), ['check', 'rules', ALERTS]);
    expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  it('each of them fires when it should and not before, and says what to do', async () => {
    const { stdout } = await run(programPath('promtool'), ['test', 'rules', 'alerts.test.yml'], {
      cwd: FOLDER,
    });
    expect(stdout).toContain('SUCCESS');
    const [rules, tests] = await Promise.all([
      readFile(ALERTS, 'utf8'),
      readFile(path.join(FOLDER, 'alerts.test.yml'), 'utf8'),
    ]);
    const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
    expect(names.filter((name) => !tests.includes(`alertname: ${name}\n`))).toEqual([]);
  });
});

describe.skipIf(!hasProgram('prometheus'))(`a Prometheus (${needsProgram('prometheus')})`, () => {
  const opened = new AsyncDisposableStack();
  let database: TestDatabase;
  let prometheus: Prometheus;
  const value = async (expression: string) => Number((await prometheus.query(expression))[0]?.value[1]);

  beforeAll(async () => {
    database = await createTestDatabase();
    opened.defer(() => database.drop());
    const server = await MusterServer.start({
      databaseUrl: database.url,
      env: { MUSTER_ENROLLMENT_BINS: '0', MUSTER_VISION_THREADS: '1' },
    });
    opened.defer(() => server.close());
    const [visitor] = await loadVisitors();
    const desk = await Desk.open(server);
    await desk.capture(await desk.admit(visitor!), visitor!);
    const station = await desk.pair('Front door');
    opened.defer(() => station.close());
    await station.join();
    await station.consumeResults();
    const checkedIn = station.until('event');
    await station.publish({ fps: FPS, picture: (n) => pictureAt(visitor!.door, n) });
    await checkedIn;
    prometheus = await Prometheus.start({ target: new URL(server.url).host, rules: ALERTS });
    opened.defer(() => prometheus.close());
    // What a rate needs: two scrapes, of traffic that is measured every ten seconds.
    const ready = 'count_over_time(muster_media_packets_received_total[30s]) >= 2';
    while ((await prometheus.query(ready)).length === 0) await sleep(500);
  }, 180_000);
  afterAll(() => opened.disposeAsync());

  it('finds every metric that the dashboard and the alerts name', async () => {
    const named = seriesIn(
      [...(await expressions()).map(({ expr }) => expr), await readFile(ALERTS, 'utf8')].join('\n'),
    );
    const names = await prometheus.names();
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !names.has(name) && !LATER.includes(name))).toEqual([]);
  });

  it('runs every expression of the dashboard, and has samples for it', async () => {
    const empty: string[] = [];
    for (const { title, expr } of await expressions()) {
      const samples = await prometheus.query(expr);
      if (samples.length === 0 && !LATER.some((name) => expr.includes(name))) empty.push(`${title}: ${expr}`);
    }
    expect(empty).toEqual([]);
  });

  it('evaluates every alert without an error', async () => {
    await expect
      .poll(async () => (await prometheus.rules()).filter(({ health }) => health === 'unknown'), {
        timeout: 20_000,
      })
      .toEqual([]);
    const rules = await prometheus.rules();
    expect(rules.length).toBeGreaterThan(20);
    expect(
      rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => `${name}: ${lastError}`),
    ).toEqual([]);
  });

  it('counts the pictures, the person who was recognized, and where the time went', async () => {
    expect(await value('sum(muster_camera_up)')).toBe(1);
    expect(await value('sum(muster_camera_pictures_analyzed_total{camera!="enrollment"})')).toBeGreaterThan(
      1,
    );
    expect(await value('sum(muster_camera_pictures_received_total{camera="enrollment"})')).toBeGreaterThan(1);
    const received = 'sum(muster_camera_pictures_received_total)';
    const done =
      'sum(muster_camera_pictures_analyzed_total) + sum(muster_camera_pictures_skipped_total) + sum(muster_camera_pictures_failed_total)';
    // One picture of each camera may wait or be in work, and a report is a second apart from the next.
    expect(Math.abs((await value(received)) - (await value(done)))).toBeLessThanOrEqual(4);
    expect(await value('muster_sightings_total{outcome="punched"}')).toBe(1);
    expect(await value('muster_sighting_delivery_seconds_count')).toBe(1);
    expect(await value('muster_gallery_people')).toBe(1);
    expect(await value('muster_analysis_seconds_sum{stage="embed"}')).toBeGreaterThan(0);
    // A result is never younger than its stages took together.
    expect(await value('muster_picture_age_seconds_sum - muster_picture_wait_seconds_sum')).toBeGreaterThan(
      await value('sum(muster_analysis_seconds_sum)'),
    );
    expect(await value('muster_media_worker_cpu_seconds_total')).toBeGreaterThan(0);
    expect(await value('muster_database_connections{state="idle"}')).toBeGreaterThan(0);
    expect(await value('muster_analyzer_load_ratio')).toBeGreaterThan(0);
  });

  it('receives no id of a person, and no name', async () => {
    const people = await prometheus.query('{job="muster"}');
    const text = JSON.stringify(people);
    expect(text).not.toMatch(/Alan|Adams|Ada Admin/);
    const ids = new Set(text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g));
    expect([...ids]).toHaveLength(1);
  });
});
