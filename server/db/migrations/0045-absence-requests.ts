import { Migration } from '@mikro-orm/migrations';

/** Absences that employees ask for. */
export class AbsenceRequests extends Migration {
  override up(): void {
    this.addSql(`create table absence_request (
      id uuid primary key,
      person_id uuid not null constraint absence_request_person_id_foreign references person (id) on delete restrict,
      kind text not null constraint absence_request_kind check (kind in ('vacation', 'sick', 'trip', 'unpaid')),
      from_date date not null,
      to_date date not null,
      begins_at_noon boolean not null,
      ends_at_noon boolean not null,
      note text not null,
      state text not null
        constraint absence_request_state check (state in ('waiting', 'approved', 'refused', 'withdrawn')),
      author_id uuid not null constraint absence_request_author_id_foreign references account (id) on delete restrict,
      created_at timestamptz(3) not null,
      decider_id uuid null constraint absence_request_decider_id_foreign references account (id) on delete restrict,
      decided_at timestamptz(3) null,
      answer text null,
      constraint absence_request_span
        check (from_date < to_date or (from_date = to_date and not (begins_at_noon and ends_at_noon))),
      constraint absence_request_decided check ((state = 'waiting') = (decided_at is null)),
      constraint absence_request_by_another check (decider_id is distinct from author_id)
    )`);
    this.addSql('create index absence_request_state_at on absence_request (state, created_at)');
    this.addSql('create index absence_request_person on absence_request (person_id)');
  }
}
