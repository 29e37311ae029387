/** Events for other programs, as they happen. */
import { MusterError } from '../../protocol/error.ts';
import { eventPosition, typesIn } from '../../protocol/events.ts';
import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';

export function eventHandlers({ eventStreams }: Pick<CoreServices, 'eventStreams'>): Handlers<'events'> {
  return {
    'events.stream': ({ query }, context) => {
      const header = context.req.header('last-event-id');
      const last = header === undefined ? undefined : eventPosition.safeParse(header);
      if (last?.success === false)
        throw new MusterError('bad-request', 'Last-Event-ID is not the id of an event.');
      return (signal) =>
        eventStreams.follow(
          {
            caller: context.sender,
            // A program that resumes asks with the address it began with.
            after: last?.data ?? query.after,
            types: query.types === undefined ? undefined : typesIn(query.types),
            stillMay: () => context.stillMay('events:read'),
          },
          signal,
        );
    },
  };
}
