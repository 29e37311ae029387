import type { Handlers } from '../handler.ts';
import type { CoreServices } from '../services.ts';

export function settingHandlers({ settings }: Pick<CoreServices, 'settings'>): Handlers<'settings'> {
  return {
    'settings.get': () => settings.view(),
    'settings.update': ({ body }, { account, expected }) => settings.change(body, account, expected),
  };
}
