import { Migration } from '@mikro-orm/migrations';

/** Which devices are connected, to any server, so that each coming and going is told once. */
export class ConnectedDevices extends Migration {
  override up(): void {
    this.addSql(`create table connected_device (
      device_id uuid primary key
        constraint connected_device_device_id_foreign references device (id) on update cascade on delete cascade,
      server uuid not null,
      up boolean not null,
      seen_at timestamptz(3) not null
    )`);
  }
}
