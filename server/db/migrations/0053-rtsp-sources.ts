import { Migration } from '@mikro-orm/migrations';

/** Where devices that are RTSP cameras are fetched, and how that goes. */
export class RtspSources extends Migration {
  override up(): void {
    this.addSql(`create table rtsp_source (
      device_id uuid primary key
        constraint rtsp_source_device_id_foreign references device (id) on update cascade on delete cascade,
      shown text not null,
      transport text not null constraint rtsp_source_transport check (transport in ('tcp', 'udp')),
      has_credentials boolean not null,
      master_key_id text not null,
      sealed bytea not null,
      revision int not null default 1,
      holder uuid,
      held_until timestamptz(3),
      state text not null default 'waiting',
      problem text,
      detail text,
      since timestamptz(3) not null
    )`);
  }
}
