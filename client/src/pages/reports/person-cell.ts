import { html } from 'lit';

/** A name that leads to the month of the person, with the number below. */
export function personCell(
  { id, displayName, number }: { id: string; displayName: string; number: string },
  month: string,
) {
  return html`<div class="name">
    <div>
      <strong><a href="/people/${id}/month?month=${month}">${displayName}</a></strong
      ><span class="small quiet number">${number}</span>
    </div>
  </div>`;
}
