/** The words of messages, and their English form. Times are of the site's zone. */

interface Message {
  subject: string;
  text: string;
}

interface LinkOf {
  name: string;
  link: string;
  /** When the link stops working, in words. */
  until: string;
}

export interface MailTexts {
  enrollmentLink(of: LinkOf): Message;
  accountLink(of: LinkOf): Message;
  /** `month` in words. */
  monthSheet(of: { name: string; month: string }): Message & { filename: string };
  test(): Message;
}

export const EN: MailTexts = {
  enrollmentLink: ({ name, link, until }) => ({
    subject: 'Enroll your face for checking in',
    text: `Hello ${name},

you are invited to enroll your face for checking in. Open this link on your phone. You can read there what is stored, and decline.

${link}

The link works once, until ${until}. It is for you only: please do not pass it on.
`,
  }),
  accountLink: ({ name, link, until }) => ({
    subject: 'Your account in Muster',
    text: `Hello ${name},

an account was made for you. Open this link to choose a password:

${link}

The link works once, until ${until}. It is for you only: please do not pass it on.
`,
  }),
  monthSheet: ({ name, month }) => ({
    subject: `Month sheet ${month}`,
    text: `Hello ${name},

your month sheet for ${month} is attached. If something is wrong, please tell the person who is responsible for your hours.
`,
    filename: 'month-sheet',
  }),
  test: () => ({
    subject: 'Muster can send mail',
    text: 'This message was sent from the settings of Muster. Mail works.\n',
  }),
};
