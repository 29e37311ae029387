import { Migration } from '@mikro-orm/migrations';

/** Which server publishes over MQTT, and up to which event it has. One row. */
export class MqttPublishers extends Migration {
  override up(): void {
    this.addSql(`create table mqtt_publisher (
      id boolean primary key,
      holder uuid,
      held_until timestamptz(3),
      connected boolean not null default false,
      told_to bigint
    )`);
    this.addSql('insert into mqtt_publisher (id) values (true)');
  }
}
