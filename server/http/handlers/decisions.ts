import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';

export function decisionHandlers({ decisions }: Pick<CoreServices, 'decisions'>): Handlers<'decisions'> {
  return {
    'decisions.list': ({ query }) => decisions.list(query),
    'decisions.get': ({ params }) => decisions.get(params.id),
    'decisions.ofPunch': ({ params }) => decisions.ofPunch(params.id),
    'decisions.ofRefusedPunch': ({ params }) => decisions.ofRefusedPunch(params.id),
  };
}
