/** Prints at the end of a run without MUSTER_TEST_MODELS how many tests were left out, and how to run them. */
import type { Reporter, TestModule } from 'vitest/node';
import { hasTestModels, NEEDS_TEST_MODELS } from '../fixtures/test-models.ts';

export default class LeftOutReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    // When the models are present, a skipped test was filtered out by the person who started the run.
    if (hasTestModels) return;
    const tests = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    const count = tests.filter((test) => test.fullName.includes(NEEDS_TEST_MODELS)).length;
    if (count === 0) return;
    console.log(
      `\n${count} test${count === 1 ? ' was' : 's were'} left out for lack of further model files and photographs (docs/test-models.md).\n` +
        '→ Run them too: MUSTER_TEST_MODELS=/path/to/that/folder npm test\n',
    );
  }
}
