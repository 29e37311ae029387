/** The words of messages in German. */
import type { MailTexts } from './texts.en.ts';

export const DE: MailTexts = {
  enrollmentLink: ({ name, link, until }) => ({
    subject: 'Erfassen Sie Ihr Gesicht zum Einchecken',
    text: `Guten Tag ${name},

Sie sind eingeladen, Ihr Gesicht zum Einchecken zu erfassen. Öffnen Sie diesen Link auf Ihrem Telefon. Dort lesen Sie, was gespeichert wird, und können ablehnen.

${link}

Der Link funktioniert einmal, bis ${until}. Er ist nur für Sie: Bitte geben Sie ihn nicht weiter.
`,
  }),
  accountLink: ({ name, link, until }) => ({
    subject: 'Ihr Konto in Muster',
    text: `Guten Tag ${name},

für Sie wurde ein Konto angelegt. Öffnen Sie diesen Link und wählen Sie ein Passwort:

${link}

Der Link funktioniert einmal, bis ${until}. Er ist nur für Sie: Bitte geben Sie ihn nicht weiter.
`,
  }),
  monthSheet: ({ name, month }) => ({
    subject: `Monatsblatt ${month}`,
    text: `Guten Tag ${name},

im Anhang finden Sie Ihr Monatsblatt für ${month}. Wenn etwas nicht stimmt, wenden Sie sich bitte an die Person, die für Ihre Zeiten zuständig ist.
`,
    filename: 'Monatsblatt',
  }),
  test: () => ({
    subject: 'Muster kann E-Mails senden',
    text: 'Diese Nachricht wurde aus den Einstellungen von Muster gesendet. E-Mail funktioniert.\n',
  }),
};
