import type { HealthProblem, HealthView } from '../../protocol/health.ts';
import type { Handlers } from '../handler.ts';
import type { AppServices, CoreServices } from '../services.ts';

/** Anybody may ask, as often as they like, and counting 10,000 people takes 0.1 s: counted again after this long, ms. */
const COUNT_KEPT = 5_000;

/** With these, people still check in. */
const HARMLESS: ReadonlySet<HealthProblem> = new Set(['clock-set', 'mqtt-away']);

export function healthHandlers({
  database,
  people,
  clockSteps,
  health,
}: Pick<CoreServices, 'database' | 'people' | 'clockSteps'> & Pick<AppServices, 'health'>): Handlers<
  'health' | 'clock'
> {
  let counted: { at: number; people: Promise<number> } | null = null;
  const reenroll = (): Promise<number> => {
    const now = performance.now();
    if (!counted || now - counted.at > COUNT_KEPT) {
      counted = { at: now, people: people.reenroll().catch(() => 0) };
    }
    return counted.people;
  };

  const look = async (): Promise<HealthView> => {
    const [analyzers, mediaWorkers] = [health.analyzers(), health.mediaWorkers()];
    const { waiting, unsaved, trouble, damaged } = health.sightings();
    const state = await database.state();
    const mqtt = health.mqtt?.() ?? null;
    const clock = state === 'away' ? null : await clockSteps.current();
    const writable = state === 'writable' && trouble !== 'full';
    const problems = (
      [
        [state === 'away', 'database-away'],
        [state === 'read-only', 'database-read-only'],
        // Nothing asks a disk whether it is full: a change that failed says so.
        [trouble === 'full', 'database-full'],
        [state === 'writable' && trouble === 'busy', 'database-busy'],
        [analyzers.up < analyzers.of, 'analyzers-down'],
        [mediaWorkers.up < mediaWorkers.of, 'media-workers-down'],
        [waiting > 0, 'sightings-waiting'],
        [unsaved > 0, 'sightings-unsaved'],
        [damaged, 'journal-damaged'],
        [clock !== null, 'clock-set'],
        [health.draining(), 'draining'],
        [mqtt !== null && mqtt.problem !== null, 'mqtt-away'],
      ] satisfies [boolean, HealthProblem][]
    ).flatMap(([is, problem]): HealthProblem[] => (is ? [problem] : []));
    return {
      status: problems.length === 0 ? 'ok' : 'degraded',
      problems,
      database: state !== 'away',
      writable,
      sightings: { waiting, unsaved },
      clock,
      analyzers,
      mediaWorkers,
      cameras: health.cameras(),
      photoDetection: health.photoDetection(),
      mqtt,
      reenroll: state === 'away' ? 0 : await reenroll(),
    };
  };

  return {
    'health.get': async (_request, context) => {
      const view = await look();
      // Whoever takes a server out of use because of this would make it worse.
      if (view.problems.some((problem) => !HARMLESS.has(problem))) context.setStatus(503);
      return view;
    },
    // Whoever restarts the server because of this would lose what only its memory holds.
    'health.live': () => ({ status: 'ok' as const }),
    'health.ready': async (_request, context) => {
      const { status, problems, writable, analyzers, mediaWorkers } = await look();
      const down = !writable || analyzers.up === 0 || mediaWorkers.up === 0;
      if (down || health.draining()) context.setStatus(503);
      return { status, problems };
    },
    'clock.acknowledge': ({ params }, { account }) => clockSteps.acknowledge(params.id, account),
  };
}
