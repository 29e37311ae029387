/** The gallery of an analyzer in a process of its own, without the rest of an analyzer. */
import { pino } from 'pino';
import { AnalyzerGallery } from '../../../server/analyzer/analyzer-gallery.ts';
import type { GalleryCommand } from '../../../server/protocol/analyzer.ts';
import { evidencePolicy } from '../../../server/recognition/policy.ts';

const thresholds = { '1e-3': 0.335, '1e-4': 0.412, '1e-5': 0.477 };
const gallery = new AnalyzerGallery({
  pack: { contract: 'bench@1/512', embeddingLength: 512, thresholds },
  former: null,
  policy: evidencePolicy(thresholds, '1e-4'),
  log: pino({ level: 'silent' }),
});
process.on('message', (message: GalleryCommand | { type: 'size' }) => {
  if (message.type === 'size') process.send?.(gallery.size);
  else gallery.follow(message);
});
process.send?.('ready');
