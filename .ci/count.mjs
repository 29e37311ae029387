/**
 * Adds the tests of Vitest's JSON report to the number of checks that passed and failed, and prints the total as the
 * last line: `N passed, N failed`. Exits with 1 if anything failed.
 * Usage: count.mjs REPORT EXIT_CODE_OF_VITEST PASSED FAILED
 */
import { existsSync, readFileSync } from 'node:fs';

const [file, code, passedChecks, failedChecks] = process.argv.slice(2);
let passed = Number(passedChecks);
let failed = Number(failedChecks);
let skipped = 0;

if (existsSync(file)) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped = report.numPendingTests + report.numTodoTests;
  // A test file that cannot be loaded has no tests to count, but it is a failure.
  failed += report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  if (code !== '0' && report.numFailedTests === 0 && failed === Number(failedChecks)) failed += 1;
} else {
  console.log('The tests did not finish.');
  failed += 1;
}

if (skipped > 0) console.log(`\n${skipped} skipped`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
