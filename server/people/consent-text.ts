/**
 * What a person agrees to before a template is stored. Every version that was ever shown stays here, word
 * for word: the record of a consent names one. To change the text, add a version and make it the current one.
 */
import type { ConsentText } from '../protocol/api.ts';

const texts: readonly ConsentText[] = [
  {
    version: '2026-11',
    language: 'en',
    text: `Your employer would like to record your working time by recognising your face at the door.

What is recorded. During the enrolment the camera looks at your face from several sides. From these pictures the system computes numbers that describe your face (templates). The pictures themselves are not kept. Your templates are biometric data.

What it is used for. Your templates are used only to recognise you at the check-in stations and cameras of your employer, so that your arrival and departure can be recorded with their time. They are not used for anything else and are not passed on.

How it is kept. The templates are stored encrypted on your employer's own system, under a key of your own. They are deleted when you withdraw your consent, when you enrol again, or when your record is deleted.

It is your choice. You may refuse, and you may withdraw your consent at any time, without giving a reason and without disadvantage; ask for another way to record your time. To withdraw, tell the person who enrolled you or your HR department: your templates and their key are then deleted at once. What was recorded before stays lawful; attendance records already made are kept for as long as the law requires.

Your rights. You may ask what is stored about you, have it corrected or deleted, and complain to your data protection authority.`,
  },
];

export const currentConsent: ConsentText = texts.at(-1)!;

export function consentText(version: string, language: string): ConsentText | undefined {
  return texts.find((text) => text.version === version && text.language === language);
}
