/**
 * Measures the start with a large gallery: from PostgreSQL and the key store to a searchable gallery in an analyzer's
 * memory. --people N, with ten templates each: real keys, real seals, random directions. The way between the processes
 * is the same as at a start: messages to a child process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { pino } from 'pino';
import { GallerySender } from '../../server/analyzer/gallery-sender.ts';
import { KeptGallery } from '../../server/analyzer/kept-gallery.ts';
import { TemplateStore } from '../../server/biometrics/template-store.ts';
import { sealTemplates } from '../../server/biometrics/sealed-templates.ts';
import { Template } from '../../server/db/entities/template.ts';
import type { GalleryEntry } from '../../server/protocol/analyzer.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { openBenchDatabase } from './bench-database.ts';
import { MIB } from './measure.ts';
import { benchOptions, report, type BenchRow } from './report.ts';

const options = benchOptions({ people: 50_000 });
const EACH = 10;
const LENGTH = 512;
const CONTRACT = `bench@1/${LENGTH}`;
/** People per transaction. */
const BATCH = 100;

const database = await openBenchDatabase();
const services = await openDataServices({ url: database.url });
try {
  await enroll(services);
  await report({ bench: 'loading', rows: await measured(services), json: options.json });
} finally {
  await services.close();
  await database.drop();
}

async function enroll({ database: db, personKeys }: DataServices): Promise<void> {
  await db.fork().execute(
    `insert into person (id, number, given_name, family_name, job_title, email, phone, status, created_at)
     select gen_random_uuid(), lpad(i::text, 6, '0'), 'Given ' || i, 'Family ' || i, '', '', '', 'active', now()
     from generate_series(1, ?::int) i`,
    [options.people],
  );
  const people = await db.fork().execute<{ id: string }[]>('select id from person');
  for (let first = 0; first < people.length; first += BATCH) {
    await db.transaction(async (em) => {
      for (const { id: personId } of people.slice(first, first + BATCH)) {
        const templates = Array.from({ length: EACH }, (_, i) => ({
          bin: i === 0 ? ('aggregate' as const) : ('front' as const),
          quality: 1,
          embedding: direction(),
        }));
        await personKeys.replace(em, personId, (dataKey, keyId) => {
          const sealed = sealTemplates(dataKey, { personId, keyId, contract: CONTRACT }, templates);
          for (const [i, { bin, quality }] of templates.entries()) {
            const row = {
              personId,
              keyId,
              contract: CONTRACT,
              bin,
              quality,
              sealed: sealed[i]!,
              unreadableAt: null,
            };
            em.create(Template, row);
          }
        });
      }
    });
    if (first % 1_000 === 0) console.log(`${first} of ${people.length} people are enrolled`);
  }
  await db.fork().execute('analyze');
}

function direction(): Float32Array {
  const v = Float32Array.from({ length: LENGTH }, () => Math.random() + Math.random() - 1);
  const norm = Math.hypot(...v);
  return v.map((x) => x / norm);
}

async function measured({ database: db, personKeys, consentTexts }: DataServices): Promise<BenchRow[]> {
  const log = pino({ level: 'silent' });
  const store = new TemplateStore({ database: db, personKeys, consentTexts, log, contract: CONTRACT });
  const kept = new KeptGallery();
  const child = fork(new URL('gallery/followed-gallery.ts', import.meta.url), { serialization: 'advanced' });
  await once(child, 'message');
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  const start = performance.now();
  const cpu = process.cpuUsage();
  const times = { opened: 0, kept: 0, sent: 0 };
  const sender = new GallerySender({
    load: async () => {
      const entries = await kept.from(
        async () => {
          const loaded: GalleryEntry[] = await store.loadGallery();
          times.opened = performance.now() - start;
          return loaded;
        },
        () => {},
      );
      times.kept = performance.now() - start - times.opened;
      return entries;
    },
    send: (command) => void child.send(command),
  });
  await sender.sendAll();
  times.sent = performance.now() - start - times.opened - times.kept;
  const { people, templates } = await asked(child);
  const total = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  child.kill();
  await store.close();
  if (people !== options.people) throw new Error(`${people} people arrived`);
  const row = (metric: string, value: number, unit: string): BenchRow => ({
    case: `${templates} templates`,
    metric,
    value,
    unit,
    digits: unit === 's' ? 1 : 0,
  });
  return [
    row('read and opened', times.opened / 1_000, 's'),
    row('kept', times.kept / 1_000, 's'),
    row('sent', times.sent / 1_000, 's'),
    row('searchable after', total / 1_000, 's'),
    row('CPU of the server', (user + system) / 1_000_000, 's'),
    row('server, at most', (most - before) / MIB, 'MiB'),
  ];
}

async function asked(child: ChildProcess): Promise<{ people: number; templates: number }> {
  child.send({ type: 'size' });
  const [size] = (await once(child, 'message')) as [{ people: number; templates: number }];
  return size;
}
