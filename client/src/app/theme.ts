import { Observable } from '../session/observable.ts';
import { remember, recall } from './memory.ts';

export type Theme = 'system' | 'light' | 'dark';

const isTheme = (v: unknown): v is Theme => v === 'system' || v === 'light' || v === 'dark';

export const theme = new Observable<Theme>(recall('theme', isTheme, 'system'));

/** What the page is in now: the choice, or that of the system. */
export const shownTheme = new Observable<'light' | 'dark'>('light');

/** Sets the class of the document to the chosen theme, and follows changes of the choice and of the system. */
export function applyTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const dark = theme.value === 'dark' || (theme.value === 'system' && system.matches);
    document.documentElement.classList.toggle('wa-dark', dark);
    document.documentElement.classList.toggle('wa-light', !dark);
    shownTheme.set(dark ? 'dark' : 'light');
  };
  system.addEventListener('change', apply);
  theme.subscribe((value) => {
    remember('theme', value);
    apply();
  });
  apply();
}

/** Switches to the next theme: light, dark, system, and light again. */
export function nextTheme() {
  theme.set(theme.value === 'light' ? 'dark' : theme.value === 'dark' ? 'system' : 'light');
}
