/** What answers an endpoint: one function each, one object a subject. A function that is missing or does not fit does not compile. */
import type { ReplyOf, RequestOf } from '../protocol/endpoint.ts';
import type { EndpointId, Endpoints } from '../protocol/endpoints.ts';
import type { RequestContext } from './context.ts';

type Handler<E extends EndpointId> = (
  request: RequestOf<Endpoints[E]>,
  context: RequestContext,
) => ReplyOf<Endpoints[E]> | Promise<ReplyOf<Endpoints[E]>>;

/** The handlers of some subjects: all endpoints whose id begins with one of these words. */
export type Handlers<Subject extends string> = {
  [E in EndpointId as E extends `${Subject}.${string}` ? E : never]: Handler<E>;
};

export type AllHandlers = { [E in EndpointId]: Handler<E> };
