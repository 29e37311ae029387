/** How strictly faces are recognized, with which models, and on which hardware. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import type { Execution } from '#protocol/execution.ts';
import { LEVELS, type Level, type RecognitionView } from '#protocol/recognition.ts';
import { allowed } from '../../app/session.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { list, number } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { analyzerHosts } from './analyzer-hosts.ts';

export class MusterRecognitionStatus extends MusterElement {
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
        overflow-wrap: anywhere;
      }
      dd strong {
        font-weight: 620;
      }
      dd p {
        margin: 0.15rem 0 0;
      }
      dd p + p[data-test='analyzer-host'] {
        margin-top: 0.6rem;
      }
      dl + p {
        margin: 1rem 0 0;
      }
      .unsafe {
        display: flex;
        gap: 0.75rem;
        margin: 0;
        padding: 0.9rem 1.1rem;
        border: 1px solid var(--m-warn);
        border-radius: var(--m-radius, 0.75rem);
        background: var(--m-surface);
      }
      .unsafe wa-icon {
        flex: none;
        margin-top: 0.15rem;
        font-size: 1.25rem;
        color: var(--m-warn);
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
  readonly #recognition = new Loaded(this, () => api.recognition.get());

  override render() {
    const { value } = this.#recognition;
    return value ? this.#card(value) : nothing;
  }

  #card({ pack, far, available, liveness, challenge, analyzers, hosts }: RecognitionView) {
    const level = LEVELS.find((l) => l.far === far)!;
    return html`<section class="stack">
      <h2>${msg('Recognition')}</h2>
      ${liveness.policy === 'off' && (challenge === 'never' || challenge === 'doubtful') ? nothingStopsPhotos() : nothing}
      <div class="card">
        <dl data-test="recognition">
          <dt>${msg('Security level')}</dt>
          <dd>
            <strong>${levelName(level)}</strong>
            <p class="small quiet">${meaning(level)} ${otherLevels(level, available)}</p>
          </dd>
          <dt>${msg('Photo detection')}</dt>
          <dd data-test="liveness" data-policy=${liveness.policy}>
            ${photoDetection({ ...liveness, challenge })}
          </dd>
          <dt>${msg('Model pack')}</dt>
          <dd>
            <strong title=${pack.title}>${pack.id}</strong>
            ${
              pack.verified
                ? nothing
                : html`<p class="small quiet">
                    ${msg('Not all of its files were tested by the Muster project.')}
                  </p>`
            }
          </dd>
          <dt>${msg('Runs on')}</dt>
          <dd>
            ${
              analyzers.length === 0
                ? html`<span class="quiet">${msg('No analyzer is running at the moment.')}</span>`
                : distinct(analyzers.map(({ execution }) => execution)).map(runsOn)
            }
          </dd>
          ${
            hosts === null
              ? nothing
              : html`<dt>${msg('On other hosts')}</dt>
                  <dd>${analyzerHosts(hosts)}</dd>`
          }
        </dl>
        ${
          allowed('settings:write')
            ? html`<p class="small">
                ${msg(html`Owners change the security level and the photo detection under <a href="/settings?part=recognition">Settings</a>.`)}
              </p>`
            : nothing
        }
      </div>
    </section>`;
  }
}

function levelName({ name }: Level): string {
  const texts: Record<Level['name'], string> = {
    convenient: msg('Convenient'),
    balanced: msg('Balanced'),
    strict: msg('Strict'),
    strictest: msg('Strictest'),
  };
  return texts[name];
}

function meaning({ oneIn }: Level): string {
  const times = number(oneIn);
  return msg(
    str`A stranger is mistaken for a given person about once in ${times} comparisons. The more people are enrolled, the stricter the match.`,
  );
}

function otherLevels(level: Level, available: readonly string[]): string {
  const others = LEVELS.filter((l) => l !== level && available.includes(l.far)).map(levelName);
  if (others.length === 0) return '';
  const names = list(others);
  return msg(str`This model pack also has: ${names}.`);
}

/** What happens when someone holds a photo or a screen up to a camera. */
function photoDetection({
  policy,
  installed,
  challenge,
}: RecognitionView['liveness'] & Pick<RecognitionView, 'challenge'>) {
  if (policy === 'require') {
    return html`<strong>${msg('Rejected')}</strong>
      <p class="small quiet">
        ${msg('A face that does not look alive is not recognized. This stops most photos and screens, but not all.')}
      </p>`;
  }
  if (policy === 'warn') {
    return html`<strong>${msg('Recorded and marked')}</strong>
      <p class="small quiet">
        ${
          challenge === 'never'
            ? msg('A face that may be a picture still checks in, and its punch is marked in the attendance.')
            : msg(
                'A face that may be a picture is asked to move before it checks in, and its punch is marked in the attendance.',
              )
        }
      </p>`;
  }
  return html`<strong>${installed ? msg('Off', { id: 'photo-detection-off' }) : msg('Not installed')}</strong>
    <p class="small quiet">
      ${withoutPhotoDetection(challenge)}
      ${
        installed
          ? msg('An owner can turn the photo detection on under Settings.')
          : msg(
              html`To turn it on, run <code>npm run models -- install minifasnet</code> and restart the
                server.`,
            )
      }
    </p>`;
}

/** What is left to stop a picture. */
function withoutPhotoDetection(challenge: RecognitionView['challenge']): string {
  switch (challenge) {
    case 'auto':
      return msg(
        'Whoever has not moved as only a head can is asked to turn it, so that a plain photo does not check in. A print that is bent and moved, a mask, or a video of the person may.',
      );
    case 'always':
      return msg(
        'Everyone is asked for movements that no photo makes. A mask, or a video of the person, may still check in.',
      );
    default:
      return msg('Anyone holding up a photo of a person can check in as that person.');
  }
}

/** With no photo detection, doubt never arises, so that a quick check in doubt is none either. */
function nothingStopsPhotos() {
  return html`<p class="unsafe" role="alert" data-test="nothing-stops-photos">
    <wa-icon name="warning"></wa-icon>
    <span
      ><strong>${msg('Nothing stops a photo.')}</strong>
      ${msg('Photo detection is off and nobody is asked for a quick check: a photo of a person on a phone checks in as that person. Turn on one of them under Settings.')}</span
    >
  </p>`;
}

/** Analyzers on one machine usually run the same way: each way is shown once. */
function distinct(executions: readonly Execution[]): Execution[] {
  return [...new Map(executions.map((execution) => [JSON.stringify(execution), execution])).values()];
}

function runsOn({ provider, onCpu, refused }: Execution) {
  const share = number(Math.max(1, Math.round(onCpu * 100)));
  const partly = provider !== 'cpu' && onCpu > 0;
  return html`<strong>${providerName(provider)}</strong>
    ${partly ? html`<p class="small quiet">${msg(str`${share} % of the operators run on the processor`)}</p>` : nothing}
    ${refused.map(
      (r) =>
        html`<p class="small quiet">
          ${msg(str`Not available: ${providerName(r.provider)}`)} – <span lang="en">${r.reason}</span>
        </p>`,
    )}`;
}

function providerName(provider: Execution['provider']): string {
  const texts: Record<Execution['provider'], string> = {
    cpu: msg('Processor'),
    cuda: msg('NVIDIA graphics card (CUDA)'),
    webgpu: msg('Graphics card (WebGPU)'),
    coreml: msg('Apple chip (Core ML)'),
    dml: msg('Graphics card (DirectML)'),
  };
  return texts[provider];
}

customElements.define('muster-recognition-status', MusterRecognitionStatus);
