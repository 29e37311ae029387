import type { ImportChoices } from '#protocol/people-files.ts';

/** The reader chose something else about how the file is read: the server looks at it again. */
export class ChoicesChanged extends Event {
  readonly choices: ImportChoices;
  constructor(choices: ImportChoices) {
    super('choices');
    this.choices = choices;
  }
}
