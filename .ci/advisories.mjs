/**
 * Looks for dependencies with a known vulnerability of high or critical severity. Exit code 0: there are none; 1: it
 * printed some; 75: it checked nothing, because this registry (often a mirror) does not answer the question.
 */
import { spawnSync } from 'node:child_process';

/** Advisories that were reviewed and do not affect Muster: id → reason. */
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
  console.log(`not checked: ${report.error?.summary || report.message || 'this registry sent no report'}`);
  process.exit(NOT_CHECKED);
}
const found = Object.values(report.vulnerabilities)
  .flatMap(({ via }) => via.filter((one) => typeof one === 'object'))
  .filter(({ severity, url = '' }) => SEVERE.has(severity) && !EXCEPTIONS[url.split('/').at(-1)]);
for (const { name, severity, title, url } of found) console.log(`${severity}: ${name}: ${title} ${url}`);
process.exit(found.length === 0 ? 0 : 1);
