import { html } from 'lit';
import { MusterElement } from '../components/muster-element.ts';
import type { Actor } from '#protocol/session.ts';
import { navigate } from '../app/navigation.ts';
import '../components/pairing-form.ts';

export class MusterPair extends MusterElement {
  override render() {
    return html`<muster-pairing @paired=${this.#paired}></muster-pairing>`;
  }

  readonly #paired = ({ detail }: CustomEvent<Actor>) => {
    navigate(detail.kind === 'device' && detail.deviceKind === 'camera' ? '/camera' : '/station', {
      replace: true,
    });
  };
}

customElements.define('muster-pair', MusterPair);
