import { Migration } from '@mikro-orm/migrations';

/** When the clock of a server was set, and which punches were recorded before: the order in which they came is known, whatever their times say. */
export class ClockSteps extends Migration {
  override up(): void {
    this.addSql(`create table clock_step (
      id uuid primary key,
      seq int not null constraint clock_step_seq unique,
      host text not null,
      before timestamptz(3) not null,
      at timestamptz(3) not null,
      by_ms double precision not null,
      acknowledged_at timestamptz(3) null,
      acknowledged_by uuid null
        constraint clock_step_acknowledged_by_foreign references account (id) on delete restrict
    )`);
    this.addSql(`create table clock_step_punch (
      step_id uuid not null
        constraint clock_step_punch_step_id_foreign references clock_step (id) on update cascade on delete cascade,
      punch_id uuid not null
        constraint clock_step_punch_punch_id_foreign references punch (id) on update cascade on delete cascade,
      primary key (step_id, punch_id)
    )`);
    this.addSql('create index clock_step_punch_punch on clock_step_punch (punch_id)');
    // The board of today shows which times are in doubt.
    this.addSql(`create trigger clock_step_hours after insert on clock_step
      for each statement execute function note_hours_of_everybody()`);
  }
}
