import { LitElement, html } from 'lit';
import type { Actor } from '#protocol/session.ts';
import { navigate } from '../app/navigation.ts';
import '../components/pairing-form.ts';

export class MusterPair extends LitElement {
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
