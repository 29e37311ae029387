import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { RtspProblem, RtspState, RtspTransport } from '../../protocol/rtsp.ts';
import { Device } from './device.ts';

/** Where a device that is an RTSP camera is fetched. A device without a row is a browser. */
export const RtspSource = defineEntity({
  name: 'RtspSource',
  tableName: 'rtsp_source',
  properties: {
    deviceId: p.manyToOne(Device).mapToPk().joinColumn('device_id').deleteRule('cascade').primary(),
    /** As it is shown: without name, password and query. */
    shown: p.text(),
    transport: p.text().$type<RtspTransport>(),
    hasCredentials: p.boolean(),
    masterKeyId: p.text(),
    /** The whole address with name and password, sealed by the master key. */
    sealed: p.blob(),
    /** Rises with every change of the address, so that servers begin anew. */
    revision: p.integer().default(1),
    /** The server that fetches it, until `heldUntil` by the clock of the database. */
    holder: p.uuid().nullable(),
    heldUntil: p.datetime(3).nullable(),
    state: p.text().$type<RtspState>().default('waiting'),
    problem: p.text().$type<RtspProblem>().nullable(),
    detail: p.text().nullable(),
    since: p.datetime(3).onCreate(() => new Date()),
  },
});
export type RtspSource = InferEntity<typeof RtspSource>;
