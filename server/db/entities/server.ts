import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** One run of a server on this database. It renews its row for as long as it runs. */
export const Server = defineEntity({
  name: 'Server',
  tableName: 'server',
  properties: {
    id: p.uuid().primary(),
    host: p.text(),
    /** Of Muster. */
    version: p.text(),
    /** `http://` and `https://` addresses under which its pages are reached. */
    addresses: p.json<string[]>(),
    startedAt: p.datetime(3),
    /** By the clock of the database, like every time here. */
    seenAt: p.datetime(3),
    /** It takes no more connections, and asks those that it has to go elsewhere. */
    drainingAt: p.datetime(3).nullable(),
    /** It ended in order. A crash leaves null, and a `seenAt` that grows old. */
    endedAt: p.datetime(3).nullable(),
  },
});
export type Server = InferEntity<typeof Server>;
