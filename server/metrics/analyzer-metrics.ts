import { Counter, type Registry } from 'prom-client';
import { collectedGauge } from './collected.ts';

/** One analyzer as it is now. */
export interface AnalyzerFigures {
  /** Such as `analyzer-1`; the same after a restart. */
  name: string;
  up: boolean;
  /** Cameras that it is assigned to watch. */
  cameras: number;
  /** Part of their time that its vision threads have worked lately, 0..1; null until it has reported. */
  load: number | null;
  /** Resident memory, bytes; null until it has reported. */
  resident: number | null;
  gallery: { people: number; templates: number };
}

export class AnalyzerMetrics {
  figures: () => readonly AnalyzerFigures[] = () => [];
  readonly #restarts: Counter<'analyzer' | 'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const gauge = (name: string, help: string, of: (figures: AnalyzerFigures) => number | null) => {
      const figures = () => this.figures();
      collectedGauge({
        name,
        help,
        labelNames: ['analyzer'],
        registers,
        collect() {
          this.reset();
          for (const one of figures()) {
            const value = of(one);
            if (value !== null) this.set({ analyzer: one.name }, value);
          }
        },
      });
    };
    gauge('muster_analyzer_up', '1 while the analyzer runs and has the gallery.', ({ up }) => Number(up));
    gauge('muster_analyzer_cameras', 'Cameras that the analyzer watches.', ({ cameras }) => cameras);
    gauge(
      'muster_analyzer_load_ratio',
      'Part of their time that the vision threads of the analyzer work, from 0 to 1.',
      ({ load }) => load,
    );
    gauge('muster_analyzer_resident_bytes', 'Resident memory of the analyzer.', ({ resident }) => resident);
    gauge(
      'muster_gallery_people',
      'People whom the analyzer can recognize.',
      ({ gallery }) => gallery.people,
    );
    gauge(
      'muster_gallery_templates',
      'Templates that the analyzer compares faces with.',
      ({ gallery }) => gallery.templates,
    );
    this.#restarts = new Counter({
      name: 'muster_analyzer_restarts_total',
      help: 'Times that an analyzer ended and was started again, by reason.',
      labelNames: ['analyzer', 'reason'],
      registers,
    });
  }

  /** An analyzer that ran is gone, and another one is started in its place. */
  restarted(analyzer: string, reason: string): void {
    this.#restarts.inc({ analyzer, reason });
  }
}
