/** The fields of a site: where it is, and the rules by which its punches are read. */
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { siteChange, type SiteRecord, type SiteView } from '#protocol/sites.ts';
import { amountField } from '../../components/amount-field.ts';
import { span } from '../../components/format.ts';
import { longest } from '../../components/longest.ts';
import { changesOf } from '../../components/shared-edit/merge.ts';
import type { DraftWords } from '../../components/shared-edit/shared-edit.ts';
import { textField } from '../../components/text-field.ts';
import { zoneField } from '../../components/zone-field.ts';
import { countryName } from '../../locales/intl.ts';
import { breakFields, breakFieldsStyles } from './break-fields.ts';
import { breakChoice, HOUR, inHours, readBreaks } from './break-rules.ts';
import { placeFields, type PlaceFields, readPlace } from './place-fields.ts';
import { approvalRule, breaksText, nameRule, readingRule, viewingRule } from './site-texts.ts';

export type SiteDraft = SiteRecord;

const READINGS = ['first-and-last', 'in-and-out'] as const;
const NAME_ORDERS = ['given-first', 'family-first'] as const;
const VIEWINGS = ['on', 'off'] as const;
const APPROVALS = ['off', 'others', 'all'] as const;

/** Of a new site: as the server does it where nothing is said. */
const USUAL = {
  name: '',
  timeZone: '',
  reading: 'first-and-last',
  turnsAt: 4,
  longestStay: 13 * HOUR,
  breaks: { steps: [], punchedCount: true },
  approval: 'others',
  nameOrder: 'given-first',
  viewing: true,
  country: null,
  region: null,
} as const satisfies SiteDraft;

export const siteFieldsStyles = [
  breakFieldsStyles,
  css`
    wa-radio small {
      display: block;
      color: var(--m-quiet);
      line-height: 1.4;
    }
  `,
];

interface SiteForm {
  fault: (field: string) => string;
  /** The break rule that is chosen in the form; null for that of the site. */
  breaks: string | null;
  onBreaks: (chosen: string) => void;
  place: Omit<PlaceFields, 'is' | 'fault'>;
}

export function siteFields(
  site: SiteDraft | null,
  { fault, breaks, onBreaks, place }: SiteForm,
): TemplateResult {
  const is: SiteDraft = site ?? {
    ...USUAL,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  return html`<div class="fields">
      ${textField({
        name: 'name',
        label: msg('Name'),
        value: is.name,
        required: true,
        autofocus: true,
        maxlength: longest(siteChange.shape.name),
        fault: fault('name'),
      })}
      ${zoneField(is.timeZone, fault('timeZone'))} ${placeFields({ is, fault, ...place })}
    </div>
    <wa-radio-group name="reading" label=${msg('What passing a door means')} .value=${is.reading}>
      ${READINGS.map((one) => rule(one, readingRule(one)))}
    </wa-radio-group>
    <div class="fields">
      ${amountField('turnsAt', msg('A work day turns at'), String(is.turnsAt), {
        hint: fault('turnsAt') || msg('Hour, 0 to 23, where no shift is planned'),
        required: true,
        most: 23,
      })}
      ${amountField('longestStay', msg('Longest stay'), inHours(is.longestStay), {
        hint: fault('longestStay') || msg('Hours; after a longer one, the check-out is missing'),
        required: true,
        least: 4,
        most: 24,
        step: 0.5,
      })}
    </div>
    ${breakFields(is.breaks, {
      chosen: breaks ?? breakChoice(is.breaks),
      fault: fault('steps') || fault('breaks'),
      onChange: onBreaks,
    })}
    <wa-radio-group name="approval" label=${msg('Approval of corrections')} .value=${is.approval}>
      ${APPROVALS.map((one) => rule(one, approvalRule(one)))}
    </wa-radio-group>
    <wa-radio-group name="nameOrder" label=${msg('Names of people')} .value=${is.nameOrder}>
      ${NAME_ORDERS.map((one) => rule(one, nameRule(one)))}
    </wa-radio-group>
    <wa-radio-group
      name="viewing"
      label=${msg('Live pictures of the cameras')}
      .value=${is.viewing ? 'on' : 'off'}
    >
      ${VIEWINGS.map((one) => rule(one, viewingRule(one)))}
    </wa-radio-group>`;
}

function rule(value: string, { title, consequence }: { title: string; consequence: string }) {
  return html`<wa-radio value=${value}>${title}<small>${consequence}</small></wa-radio>`;
}

/** The values of the form in the units of the protocol. */
export function readSite(values: Record<string, string>, site: SiteDraft | null): SiteDraft {
  const is: SiteDraft = site ?? USUAL;
  return {
    name: values['name'] ?? '',
    timeZone: values['timeZone'] ?? '',
    reading: READINGS.find((one) => one === values['reading']) ?? is.reading,
    turnsAt: Number(values['turnsAt'] ?? is.turnsAt),
    longestStay: Math.round(Number(values['longestStay'] ?? '') * HOUR),
    breaks: readBreaks(values),
    approval: APPROVALS.find((one) => one === values['approval']) ?? is.approval,
    nameOrder: NAME_ORDERS.find((one) => one === values['nameOrder']) ?? is.nameOrder,
    viewing: values['viewing'] === undefined ? is.viewing : values['viewing'] === 'on',
    ...readPlace(values, is),
  };
}

/** The rules that decide how days are read. */
export const RULES = ['timeZone', 'reading', 'turnsAt', 'longestStay', 'breaks'] as const;

/** Those that differ; null where none does. */
export function changedRules(site: SiteView, draft: SiteDraft): Partial<SiteDraft> | null {
  const change = Object.entries(changesOf(draftOf(site), draft)).filter(([name]) =>
    RULES.includes(name as never),
  );
  return change.length > 0 ? Object.fromEntries(change) : null;
}

/** The values that the form has of a site. */
export function draftOf(site: SiteView): SiteDraft {
  const { id: _id, version: _version, default: _default, ...draft } = site;
  return draft;
}

export function siteWords(): DraftWords<SiteDraft> {
  return {
    name: { label: msg('Name') },
    timeZone: { label: msg('Time zone') },
    reading: { label: msg('What passing a door means'), text: (reading) => readingRule(reading).title },
    turnsAt: { label: msg('A work day turns at'), text: (hour) => `${hour}:00` },
    longestStay: { label: msg('Longest stay'), text: span },
    breaks: { label: msg('Breaks'), text: breaksText },
    approval: { label: msg('Approval of corrections'), text: (rule) => approvalRule(rule).title },
    nameOrder: { label: msg('Names of people'), text: (order) => nameRule(order).title },
    viewing: {
      label: msg('Live pictures of the cameras'),
      text: (viewing) => viewingRule(viewing ? 'on' : 'off').title,
    },
    country: { label: msg('Country'), text: (code) => (code ? countryName(code) : '') },
    region: { label: msg('Region'), text: (code) => code ?? '' },
  };
}
