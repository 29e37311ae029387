/** How strictly faces are recognized, with which networks, and what these run on. */
import { LitElement, html, css, nothing } from 'lit';
import type { Execution } from '#protocol/execution.ts';
import { LEVELS, type Level, type RecognitionView } from '#protocol/recognition.ts';
import { Loaded } from '../../components/loaded.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';

const PROVIDER = {
  cpu: 'the processor',
  cuda: 'the NVIDIA card (CUDA)',
  webgpu: 'the graphics card (WebGPU)',
  coreml: 'the Apple chip (Core ML)',
  dml: 'the graphics card (DirectML)',
} as const;

export class MusterRecognitionStatus extends LitElement {
  static override styles = [
    shared,
    css`
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.7rem 1.5rem;
        margin: 0;
      }
      dt {
        color: var(--m-quiet);
      }
      dd {
        margin: 0;
      }
      dd strong {
        font-weight: 620;
      }
      dd p {
        margin: 0.15rem 0 0;
      }
      @media (max-width: 45rem) {
        dl {
          grid-template-columns: 1fr;
          gap: 0.15rem;
        }
        dd {
          margin-bottom: 0.7rem;
        }
      }
    `,
  ];
  readonly #recognition = new Loaded(this, () => api.recognition());

  override render() {
    const { value } = this.#recognition;
    return value ? this.#card(value) : nothing;
  }

  #card({ pack, far, available, liveness, analyzers }: RecognitionView) {
    const level = LEVELS.find((l) => l.far === far)!;
    return html`<section class="stack">
      <h2>Recognition</h2>
      <div class="card">
        <dl data-test="recognition">
          <dt>Security level</dt>
          <dd>
            <strong>${named(level)}</strong>
            <p class="small quiet">${meaning(level)} ${others(level, available)}</p>
          </dd>
          <dt>Pictures of people</dt>
          <dd data-test="liveness" data-policy=${liveness.policy}>${pictures(liveness)}</dd>
          <dt>Model pack</dt>
          <dd>
            <strong>${pack.title}</strong>
            <p class="small quiet">
              ${pack.id}${pack.verified ? '' : ': not all of its files were run by those who wrote its manifest'}
            </p>
          </dd>
          <dt>Runs on</dt>
          <dd>
            ${
              analyzers.length === 0
                ? html`<span class="quiet">No analyzer is running at the moment.</span>`
                : distinct(analyzers.map(({ execution }) => execution)).map(runsOn)
            }
          </dd>
        </dl>
      </div>
    </section>`;
  }
}

const named = ({ name }: Level) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

function meaning({ oneIn }: Level): string {
  const times = oneIn.toLocaleString('en');
  return `Compared with one person, a stranger passes for that person about once in ${times} times. The more people are enrolled, the more alike a face has to be.`;
}

function others(level: Level, available: readonly string[]): string {
  const names = LEVELS.filter((l) => l !== level && available.includes(l.far)).map(({ name }) => name);
  return `It is set by MUSTER_FAR; this pack also has ${new Intl.ListFormat('en').format(names)}.`;
}

/** What a photograph or a screen that is held before a camera comes to. */
function pictures({ policy, installed }: RecognitionView['liveness']) {
  if (policy === 'require') {
    return html`<strong>Turned away</strong>
      <p class="small quiet">
        Nobody is recognized by a face that does not look alive (MUSTER_LIVENESS). It stops most photographs
        and screens, not all.
      </p>`;
  }
  if (policy === 'warn') {
    return html`<strong>Recorded and marked</strong>
      <p class="small quiet">
        A face that may be a picture still checks in, and its punch is marked in the attendance. Set
        MUSTER_LIVENESS to require to turn it away.
      </p>`;
  }
  return html`<strong>Not told from people</strong>
    <p class="small quiet">
      A photograph of somebody passes for that person.
      ${
        installed
          ? 'MUSTER_LIVENESS is off.'
          : html`To check for it, type <code>npm run models -- install minifasnet</code> and start again.`
      }
    </p>`;
}

/** Analyzers on one machine fare alike. */
function distinct(executions: readonly Execution[]): Execution[] {
  return [...new Map(executions.map((execution) => [JSON.stringify(execution), execution])).values()];
}

function runsOn({ provider, onCpu, refused }: Execution) {
  const partly = provider !== 'cpu' && onCpu > 0;
  return html`<strong>${capital(PROVIDER[provider])}</strong>${
      partly ? html`, ${Math.max(1, Math.round(onCpu * 100))} % of the operators on the processor` : nothing
    }
    ${refused.map((r) => html`<p class="small quiet">Not ${PROVIDER[r.provider]}: ${r.reason}</p>`)}`;
}

const capital = (text: string) => text.replace('the ', '').replace(/^./, (first) => first.toUpperCase());

customElements.define('muster-recognition-status', MusterRecognitionStatus);
