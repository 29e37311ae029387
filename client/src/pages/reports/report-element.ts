/** What every report of the page has: a month, a department, and its content anew when one of them changes. */
import type { PropertyValues } from 'lit';
import { MusterElement } from '../../components/muster-element.ts';
import { listStyles } from '../../components/list-page/list-card.ts';
import { shared } from '../../styles/shared.ts';

export abstract class ReportElement extends MusterElement {
  static override properties = { month: {}, department: {} };
  static override styles = [shared, listStyles];
  /** YYYY-MM */
  declare month: string;
  /** Empty for everybody. */
  declare department: string;

  /** Fetches the content. */
  protected abstract refresh(): void;

  protected get ofDepartment(): { department?: string } {
    return this.department === '' ? {} : { department: this.department };
  }

  override updated(changed: PropertyValues<this>) {
    // The first time, the controller has asked already.
    if ([...changed.values()].some((before) => before !== undefined)) this.refresh();
  }
}
