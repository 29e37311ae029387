import { describe, expect, it } from 'vitest';
import { findTexts } from './text-scanner.test-support.ts';

const found = (source: string) => findTexts(source).map(({ text }) => text);

describe('the search for texts outside msg()', () => {
  it.each([
    ['const view = () => html`<h1>Sign in</h1>`;', 'Sign in'],
    ['const view = () => html`<p class="quiet">${name} is here</p>`;', 'is here'],
    ['const view = () => html`<wa-input label="Password"></wa-input>`;', 'Password'],
    ['const view = () => html`<wa-input label=${on ? "yes" : msg("No")}></wa-input>`;', 'yes'],
    ['const view = () => html`<img alt="Picture of ${name}" />`;', 'Picture of'],
    ['const view = () => html`<b class=${kind}>${late ? "late" : nothing}</b>`;', 'late'],
    ['toast("Saved");', 'Saved'],
    ['toast(`${name} was removed`);', '\u{0} was removed'],
    ['const LINKS = [{ label: "My account" }];', 'My account'],
    ['const field = () => ({ name: "mail", label: "E-mail" });', 'E-mail'],
    ['const text = () => (seconds < 60 ? "just now" : msg("earlier"));', 'just now'],
    ['const LABEL = msg("Sign in");', 'msg()'],
  ])('the search for texts outside msg() reports %s', (source, text) => {
    expect(found(source)).toEqual([text]);
  });

  it.each([
    'const view = () => html`<h1>${msg("Sign in")}</h1>`;',
    'const view = () => html`<wa-button class="wide" data-test="go" title=${msg("Go")}>${msg("Go")}</wa-button>`;',
    'const view = () => html`<muster-brand>Muster</muster-brand>`;',
    'const view = () => html`<b class=${on ? "is-on" : "is-off"} ?hidden=${a > b}></b>`;',
    'const view = () => msg(html`See <a href="/">the start page</a>`);',
    'const styles = css`.wide { content: "Not shown"; }`;',
    'if (event.key === "q") throw new Error("Only a developer reads this");',
    'element.addEventListener("wa-hide", done);',
  ])('the search for texts outside msg() says nothing about %s', (source) => {
    expect(found(source)).toEqual([]);
  });
});
