/** Prints at the end of a run how many tests were left out for lack of files, programs or decoders, and how to run them. */
import type { Reporter, TestModule } from 'vitest/node';
import { hasTestModels, NEEDS_TEST_MODELS } from '../fixtures/test-models.ts';
import { hasNodeAv, NEEDS_NODE_AV } from './codecs.ts';
import { missingPrograms, needsProgram } from './programs.ts';

export default class LeftOutReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    const leftOut = (mark: string): number => skipped.filter((test) => test.fullName.includes(mark)).length;
    // When the models are present, a skipped test was filtered out by the person who started the run.
    const models = hasTestModels ? 0 : leftOut(NEEDS_TEST_MODELS);
    if (models > 0) {
      console.log(
        `\n${tests(models)} left out for lack of further model files and photographs (docs/test-models.md).\n` +
          '→ Run them too: MUSTER_TEST_MODELS=/path/to/that/folder npm test\n',
      );
    }
    const decoders = hasNodeAv ? 0 : leftOut(NEEDS_NODE_AV);
    if (decoders > 0) {
      console.log(
        `\n${tests(decoders)} left out because the decoders of node-av are not installed.\n` +
          '→ Run them too: npm test, where the npm registry can be reached\n',
      );
    }
    for (const program of missingPrograms()) {
      const count = leftOut(needsProgram(program));
      if (count === 0) continue;
      console.log(
        `\n${tests(count)} left out because ${program} is not installed.\n` +
          '→ Run them too: install it, or run npm test as root on Debian, which installs it\n',
      );
    }
  }
}

function tests(count: number): string {
  return `${count} test${count === 1 ? ' was' : 's were'}`;
}
