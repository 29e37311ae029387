import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';
import { outcomeOf } from './sighting-metrics.ts';

const CAMERA = '3f0c1a52-7d2b-4a51-9d3e-0b1c2d3e4f50';
const TIMINGS = { wait: 4, detect: 9, track: 1, embed: 30, search: 0.4, total: 45 };

/** The samples of a scrape, by name and labels. */
async function scrape(metrics: Metrics): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** The metrics that are ours, by name, with type and help. */
async function defined(metrics: Metrics): Promise<{ name: string; type: string; help: string }[]> {
  const text = await metrics.text();
  const help = new Map(
    [...text.matchAll(/^# HELP (muster_\w+) (.+)$/gm)].map(([, name, words]) => [name, words]),
  );
  return [...text.matchAll(/^# TYPE (muster_\w+) (\w+)$/gm)].map(([, name, type]) => ({
    name: name!,
    type: type!,
    help: help.get(name) ?? '',
  }));
}

describe('metrics', () => {
  it('every metric is named by the rules of Prometheus, and says what it is in a sentence', async () => {
    const all = await defined(new Metrics({ version: '1' }));
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'))).toEqual([]);
    expect(all.filter(({ name, type }) => type === 'histogram' && !name.endsWith('_seconds'))).toEqual([]);
    expect(all.filter(({ name }) => /_(ms|milliseconds|percent|mb|count)$/.test(name))).toEqual([]);
    expect(all.filter(({ help }) => !/^[A-Z0-9].+\.$/.test(help))).toEqual([]);
  });

  it('the page about operating lists every metric, and none that there is not', async () => {
    const all = (await defined(new Metrics({ version: '1' }))).map(({ name }) => name);
    const page = readFileSync(new URL('../../docs/operating/README.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| `(muster_\w+)`/gm)].map(([, name]) => name!);
    expect(listed.toSorted()).toEqual(all.toSorted());
  });

  it('the stages of a picture, its wait and its age are counted in seconds', async () => {
    const metrics = new Metrics({ version: '1' });
    metrics.analysis.analyzed(TIMINGS, 5);
    const now = await scrape(metrics);
    expect(now.get('muster_analysis_seconds_sum{stage="embed"}')).toBeCloseTo(0.03);
    expect(now.get('muster_analysis_seconds_bucket{le="0.03",stage="embed"}')).toBe(1);
    expect(now.get('muster_analysis_seconds_bucket{le="0.02",stage="embed"}')).toBe(0);
    expect(now.get('muster_picture_wait_seconds_sum')).toBeCloseTo(0.004);
    expect(now.get('muster_picture_age_seconds_sum')).toBeCloseTo(0.05);
    expect(now.get('muster_picture_age_seconds_count')).toBe(1);
  });

  it('the pictures of all enrollments are counted as those of one camera', async () => {
    const metrics = new Metrics({ version: '1' });
    const report = (cameraId: string, purpose: 'station' | 'enrollment') =>
      metrics.cameras.reported(
        {
          cameraId,
          width: 640,
          height: 480,
          fpsIn: 15,
          fpsAnalyzed: 10,
          faces: 2,
          pictures: { received: 15, analyzed: 10, skipped: 5, failed: 0 },
        },
        purpose,
      );
    report(CAMERA, 'station');
    report(CAMERA, 'station');
    report('enroll-1', 'enrollment');
    report('enroll-2', 'enrollment');
    const now = await scrape(metrics);
    expect(now.get(`muster_camera_pictures_skipped_total{camera="${CAMERA}"}`)).toBe(10);
    expect(now.get('muster_camera_pictures_received_total{camera="enrollment"}')).toBe(30);
    expect([...now.keys()].filter((key) => key.includes('enroll-'))).toEqual([]);
  });

  it('a device that is revoked has no series any more', async () => {
    const metrics = new Metrics({ version: '1' });
    metrics.media.measured(CAMERA, { packets: 100, lost: 4, nacks: 2, plis: 1, bytes: 1e5 }, null);
    metrics.media.forget(CAMERA);
    metrics.cameras.forget(CAMERA);
    expect([...(await scrape(metrics)).keys()].filter((key) => key.includes(CAMERA))).toEqual([]);
  });

  it('packets are counted once, whatever the stream does', async () => {
    const metrics = new Metrics({ version: '1' });
    const first = { packets: 100, lost: 4, nacks: 2, plis: 1, bytes: 1e5 };
    const second = { packets: 150, lost: 5, nacks: 2, plis: 1, bytes: 2e5 };
    const restarted = { packets: 10, lost: 0, nacks: 0, plis: 0, bytes: 1e4 };
    metrics.media.measured(CAMERA, first, null);
    metrics.media.measured(CAMERA, second, first);
    metrics.media.measured(CAMERA, restarted, second);
    const now = await scrape(metrics);
    expect(now.get(`muster_media_packets_received_total{camera="${CAMERA}"}`)).toBe(150);
    expect(now.get(`muster_media_packets_lost_total{camera="${CAMERA}"}`)).toBe(5);
  });

  it('a camera out of its hours is neither up nor down', async () => {
    const metrics = new Metrics({ version: '1' });
    const camera = { name: 'Hall', purpose: 'camera' as const };
    metrics.cameras.states = () => [
      { ...camera, id: 'a', status: 'live' },
      { ...camera, id: 'b', status: 'offline' },
      { ...camera, id: 'c', status: 'resting' },
    ];
    const up = [...(await scrape(metrics))].filter(([key]) => key.startsWith('muster_camera_up'));
    expect(up).toEqual([
      ['muster_camera_up{camera="a"}', 1],
      ['muster_camera_up{camera="b"}', 0],
    ]);
  });

  it('a sighting of an earlier run counts, without a time of delivery', async () => {
    const metrics = new Metrics({ version: '1' });
    metrics.sightings.done('punched', 12);
    metrics.sightings.done('already', null);
    const now = await scrape(metrics);
    expect(now.get('muster_sightings_total{outcome="punched"}')).toBe(1);
    expect(now.get('muster_sightings_total{outcome="already"}')).toBe(1);
    expect(now.get('muster_sightings_total{outcome="refused"}')).toBe(0);
    expect(now.get('muster_sighting_delivery_seconds_count')).toBe(1);
  });

  it.each([
    ['checked-in', 'punched'],
    ['seen', 'punched'],
    ['already-out', 'already'],
    ['ignored', 'ignored'],
  ] as const)('a sighting with the result %s is %s', (result, outcome) => {
    expect(outcomeOf(result)).toBe(outcome);
  });
});
