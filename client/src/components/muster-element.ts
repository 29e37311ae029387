import { LitElement } from 'lit';
import { updateWhenLocaleChanges } from '@lit/localize';

/** What every element of these pages extends: it renders again when the language changes. */
export class MusterElement extends LitElement {
  constructor() {
    super();
    updateWhenLocaleChanges(this);
  }
}
