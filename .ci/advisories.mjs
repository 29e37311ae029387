/**
 * Whether a dependency has a known vulnerability of high severity or above. Exit code 0: none; 1: some, named; 75: this
 * registry does not answer the question (mirrors often do not), so that nothing was checked.
 */
import { spawnSync } from 'node:child_process';

/** Advisories that were looked at and do not concern us: id → why. */
const EXCEPTIONS = {};
const SEVERE = new Set(['high', 'critical']);
const NOT_CHECKED = 75;

const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
let report;
try {
  report = JSON.parse(stdout);
} catch {
  report = {};
}
if (!report.vulnerabilities) {
  console.log(`not checked: ${report.error?.summary || report.message || 'this registry gave no report'}`);
  process.exit(NOT_CHECKED);
}
const found = Object.values(report.vulnerabilities)
  .flatMap(({ via }) => via.filter((one) => typeof one === 'object'))
  .filter(({ severity, url = '' }) => SEVERE.has(severity) && !EXCEPTIONS[url.split('/').at(-1)]);
for (const { name, severity, title, url } of found) console.log(`${severity}: ${name}: ${title} ${url}`);
process.exit(found.length === 0 ? 0 : 1);
