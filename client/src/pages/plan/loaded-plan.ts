/** What rotas are made of, and the rotas, as lists of a page. */
import type { ReactiveControllerHost } from 'lit';
import type { RotaView, ShiftView } from '#protocol/schedules.ts';
import { Loaded } from '../../components/loaded.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';

export function loadedShifts(host: ReactiveControllerHost): Loaded<ShiftView[]> {
  return new Loaded(host, () => allOf((page) => api.shifts.list({ query: page }), 'shifts'));
}

export function loadedRotas(host: ReactiveControllerHost): Loaded<RotaView[]> {
  return new Loaded(host, () => allOf((page) => api.rotas.list({ query: page }), 'rotas'));
}
