import { LitElement } from 'lit';
import { updateWhenLocaleChanges } from '@lit/localize';
import { OptionTexts } from './option-texts.ts';

/** What every element of these pages extends: it renders again when the language changes. */
export class MusterElement extends LitElement {
  constructor() {
    super();
    updateWhenLocaleChanges(this);
    this.addController(new OptionTexts(this));
  }
}
