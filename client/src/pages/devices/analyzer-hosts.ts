/** The analyzers on other hosts, a line each. */
import { msg, str } from '@lit/localize';
import { html } from 'lit';
import type { AnalyzerHost } from '#protocol/recognition.ts';
import { number, plural } from '../../locales/intl.ts';

/** A clock that is less wrong than this is not worth a word, ms. */
const SKEW_SHOWN = 200;

export function analyzerHosts(hosts: readonly AnalyzerHost[]) {
  if (hosts.length === 0) {
    return html`<span class="quiet">${msg('No analyzer on another host was heard of.')}</span>`;
  }
  return hosts.map(
    (one) =>
      html`<p data-test="analyzer-host" data-state=${one.state}>
        <strong>${one.name}</strong> <span class="quiet">${one.host}</span><br />
        <span class="small quiet">${facts(one).join(' · ')}</span>
      </p>`,
  );
}

function facts({ state, cameras, load, skew }: AnalyzerHost): string[] {
  const percent = number(Math.round(load * 100));
  return [stateText(state), camerasText(cameras), msg(str`load ${percent} %`), ...skewText(skew)];
}

function stateText(state: AnalyzerHost['state']): string {
  const texts: Record<AnalyzerHost['state'], string> = {
    ready: msg('Ready'),
    filling: msg('Getting the faces'),
    'other-models': msg('Not used: it runs another model pack'),
    'wrong-clock': msg('Not used: its clock is more than 2 seconds wrong'),
    draining: msg('About to end'),
    silent: msg('Not heard at the moment'),
  };
  return texts[state];
}

function camerasText(cameras: number): string {
  const amount = number(cameras);
  return plural(cameras, { one: msg('1 camera'), other: msg(str`${amount} cameras`) });
}

function skewText(skew: number | null): string[] {
  if (skew === null || Math.abs(skew) < SKEW_SHOWN) return [];
  const by = number(Math.round(Math.abs(skew)));
  return [skew > 0 ? msg(str`its clock is ${by} ms fast`) : msg(str`its clock is ${by} ms slow`)];
}
