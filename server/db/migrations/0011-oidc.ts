import { Migration } from '@mikro-orm/migrations';

export class Oidc extends Migration {
  override up(): void {
    this.addSql(`create table account_identity (
      issuer text not null,
      subject text not null,
      account_id uuid not null
        constraint account_identity_account_id_foreign references account (id) on delete cascade,
      created_at timestamptz(3) not null,
      primary key (issuer, subject)
    )`);
    this.addSql('create index account_identity_account on account_identity (account_id)');
  }
}
