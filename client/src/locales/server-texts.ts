/**
 * What readers see in place of the sentences that the server writes for callers of the API: kinder, and in their
 * language. Keyed by the sentence; `server-texts.test.ts` fails when the server no longer writes it.
 */
import { msg } from '@lit/localize';

export const SENTENCES: Readonly<Record<string, () => string>> = {
  'The database does not answer. Check-ins are kept and booked later; try again in a moment.': () =>
    msg('The database does not answer. Check-ins are kept and booked later. Please try again in a moment.'),
  'The database takes no changes at the moment (read-only). Check-ins are kept and booked later; tell whoever runs this server.':
    () =>
      msg(
        'The database takes no changes at the moment (read-only). Check-ins are kept and booked later. Please tell the administrator.',
      ),
  'The disk of the database is full. Check-ins are kept and booked later; tell whoever runs this server to free space.':
    () =>
      msg(
        'The disk of the database is full. Check-ins are kept and booked later. Please ask the administrator to free space.',
      ),
  'The database has too much to do. Try again in a moment.': () =>
    msg('The database has too much to do. Please try again in a moment.'),
  'The decoder of this camera ended unexpectedly. It is started again.': () =>
    msg('The decoder of this camera ended unexpectedly. It is started again.'),
  'The decoder of this camera did not answer. It is started again.': () =>
    msg('The decoder of this camera did not answer. It is started again.'),
  'This H.264 cannot be decoded here: set the encoder to the profile "baseline", without B-frames, or add a decoder on the server: npm run codecs -- install node-av':
    () =>
      msg(
        'This H.264 cannot be decoded here. Set the encoder to the profile Baseline, without B-frames, or ask the administrator to add a decoder on the server (npm run codecs -- install node-av).',
      ),
  'This H.264 cannot be decoded here: set the encoder to the profile "high", "main" or "baseline", with 8 bits and 4:2:0.':
    () =>
      msg(
        'This H.264 cannot be decoded here. Set the encoder to the profile High, Main or Baseline, with 8 bits and 4:2:0.',
      ),
  'Watching cameras is switched off at this site.': () => msg('Live pictures are switched off at this site.'),
  'Too many camera pictures are being watched on this server: try again when others have stopped.': () =>
    msg('Too many pictures are being watched. It is tried again in a moment.'),
  'This browser cannot show what this camera sends.': () =>
    msg('This browser cannot show the video of this camera. Use another browser, or set the camera to VP8.'),
  'This question is over: look at the camera again.': () =>
    msg('This took too long, or too many numbers were wrong. Go back and look at the camera again.'),
  'There are too many receivers: delete those that are not used.': () =>
    msg('There are too many webhooks. Delete those that are not used.'),
  'This receiver is switched off: switch it on first.': () =>
    msg('This webhook is switched off. Switch it on first.'),
  'There is no such receiver.': () => msg('This webhook was deleted.'),
  'There is no such delivery.': () => msg('This event is no longer kept.'),
  'This event waits no more.': () => msg('This event waits no more.'),
  'Only signed-in staff can do this.': () => msg('Please sign in.'),
  'The consent text has changed: show the person the current one.': () =>
    msg('The consent text has changed. Show the person the current one.'),
  'The file has more than 20,000 rows.': () =>
    msg('This file has more than 20,000 rows. Import it in several parts.'),
  'The workbook unpacks to more than 200 MB.': () =>
    msg('This Excel file is too large. Save it again with the one sheet that has the people.'),
  'This department is in use: join it into another one, or give those who refer to it another one first.':
    () => msg('This department is in use. Join it into another one, or give its people another one first.'),
  'This person has left.': () => msg('This person has left.'),
  'The mail server refused the user name or the password in MUSTER_SMTP_URL.': () =>
    msg('The mail server refused the user name or the password in MUSTER_SMTP_URL.'),
  'The mail server refused an address: check that of the person, and MUSTER_MAIL_FROM.': () =>
    msg('The mail server refused this address. Please check it.'),
  'The mail server offers no encryption that can be trusted: use another port, or smtps:// in MUSTER_SMTP_URL.':
    () =>
      msg(
        'The mail server offers no encryption that can be trusted. Use another port, or smtps:// in MUSTER_SMTP_URL.',
      ),
  'This server sends no mail: set MUSTER_SMTP_URL and MUSTER_MAIL_FROM.': () =>
    msg('This server sends no mail.'),
  'The mail server refused the message.': () => msg('The mail server refused the message.'),
  'The mail server cannot be reached. Try again in a few minutes.': () =>
    msg('The mail server cannot be reached. Try again in a few minutes.'),
  'This person has no e-mail address: add it first.': () =>
    msg('This person has no email address. Add it first.'),
  'This link is over: make a new one.': () => msg('This link no longer works. Make a new one.'),
  'There is no such person.': () => msg('This person no longer exists.'),
  'Someone else changed one of the two records in the meantime: look at the preview again.': () =>
    msg('Someone else changed one of the two records in the meantime. Look at both again.'),
  'The face templates of the other record cannot be read: keep the face of this one, or enroll the person afterwards.':
    () =>
      msg(
        'The face templates of the other record cannot be read. Keep the face of this one, or enroll the person afterwards.',
      ),
  'Months are closed with hours of the record that goes: reopen them first, or keep that record instead.':
    () =>
      msg(
        'Months are closed with hours of the other record. Reopen them first, or keep that record instead.',
      ),
  'Corrections of the record that goes wait for a decision: decide about them first.': () =>
    msg('Corrections of the other record wait for a decision. Decide about them first.'),
  'The consent in one record was withdrawn after it was given in the other: withdraw it in both, or record a new one.':
    () =>
      msg(
        'The consent in one record was withdrawn after it was given in the other. Withdraw it in both, or record a new one.',
      ),
  'Another person has this employee number.': () => msg('Another person has this employee number.'),
  'There is an account with this user name.': () => msg('This user name is already taken.'),
  'You cannot do this to your own account: ask another owner.': () =>
    msg('You cannot do this to your own account. Ask another owner.'),
  'Change your own password on “My account”.': () => msg('Change your own password under “My account”.'),
  'This account is disabled: enable it first.': () => msg('This account is disabled. Enable it first.'),
  'This person is suspended or has left.': () =>
    msg('This person is suspended or has left. Only active people can be given access.'),
  'This person has an account already.': () => msg('This person already has an account.'),
  'The account of an employee keeps its role and has the name of its person: change the person.': () =>
    msg('This account has the name of its person. Change it on the page of the person.'),
  'You have asked for as many corrections as anybody may within a day: please see HR.': () =>
    msg('You have asked for very many corrections today. Please see HR.'),
  'You have asked for as many absences as anybody may within a day: please see HR.': () =>
    msg('You have asked for very many absences today. Please see HR.'),
  'There is no such request.': () => msg('This request no longer exists.'),
  'Somebody has decided on this request already, or it was withdrawn.': () =>
    msg('Someone has decided on this request already, or it was withdrawn.'),
  'A second person must decide on your own request.': () =>
    msg('A second person must decide on your own request.'),
  'Only its author can withdraw a request: refuse it instead.': () =>
    msg('Only its author can withdraw a request. Refuse it instead.'),
  'This is the last owner: make another owner first.': () =>
    msg('This is the last owner. Make someone else an owner first.'),
  'Only signed-in staff can make an exception.': () => msg('Please see HR. They can make an exception.'),
  'A capture of this person waits: confirm or reject it first.': () =>
    msg('A capture of this person waits for a decision. Confirm or reject it first.'),
  'A face was captured already: confirm or reject it.': () =>
    msg('A face was captured already. Confirm or reject it.'),
  'The model pack has changed since this capture: reject it, and invite the person again.': () =>
    msg('The model pack has changed since this capture. Reject it, and invite the person again.'),
  'This capture cannot be read any more: reject it.': () =>
    msg('This capture cannot be read any more. Reject it.'),
  'This invitation is over already.': () => msg('This invitation has already ended.'),
  'No capture of this invitation waits for a decision.': () =>
    msg('Someone else has decided about this capture in the meantime.'),
  'This link is for another person.': () => msg('This link is for another person.'),
  'There is no draft to release.': () => msg('There is no draft any more. Reload the page.'),
  'The draft says the same as the text in force.': () =>
    msg('The draft says the same as the text in force. Change it first.'),
  'There is no earlier consent that you could renew.': () =>
    msg('You have agreed to this text, or withdrawn your consent.'),
  'Agree to the current consent text first.': () =>
    msg('The consent text has changed. Open your link again and read it.'),
  'This link was used or has expired: ask HR for a new one.': () =>
    msg('This link was used, or its time is over. Please ask HR for a new one.'),
  'This link was used or has expired: ask an owner for a new one.': () =>
    msg('This link was used or has expired. Ask an owner for a new one.'),
  'Start again: no second factor waits for its first code.': () =>
    msg('This took too long. Please start again.'),
  'The user name or the password is wrong.': () => msg('User name or password is wrong.'),
  'The code is wrong, or was used already: wait for the next one.': () =>
    msg('This code is wrong or was used before. Wait for the next one.'),
  'The password is wrong.': () => msg('The password is wrong.'),
  'This is not the token that the server printed when it started.': () =>
    msg('This is not the setup token that the server printed.'),
  'This account was changed just now: sign in again.': () =>
    msg('This account was changed just now. Please sign in again.'),
  'Too many pairing codes are waiting: use them, or wait ten minutes.': () =>
    msg('Too many pairing codes are open. Use them, or wait ten minutes.'),
  'This code is wrong or out of date: ask for a new one.': () =>
    msg('This code is wrong or has expired. Ask for a new one.'),
  'Another account is capturing this person right now: wait until it has finished.': () =>
    msg('Someone else is capturing this person right now. Wait until they have finished.'),
  'This capture has ended: start a new one.': () => msg('This capture has ended. Start a new one.'),
  'This capture belongs to another account.': () => msg('This capture belongs to another account.'),
  'This person has left: make them active before enrolling.': () =>
    msg('This person has left. Make them active before enrolling.'),
  'Record the consent to the current text before enrolling.': () =>
    msg('Record the consent to the current text first.'),
  'This person has this punch already.': () => msg('This person already has this punch.'),
  'There are too many tokens: revoke those that are not used.': () =>
    msg('There are too many tokens. Revoke those that are not used.'),
  'This station has recorded no such punch.': () => msg('This punch no longer exists.'),
  'It is already known whether this was in or out.': () =>
    msg('It is already known whether this was in or out.'),
  'It is too late to change this here: ask for a correction.': () =>
    msg('It is too late to change this here. Ask for a correction.'),
  'A second person must decide on your own correction.': () =>
    msg('A second person must decide on your own correction.'),
  'One of these punches counts no more: it was voided already.': () =>
    msg('One of these punches was removed already.'),
  'This person is in another department.': () => msg('This person is in another department.'),
  'There is no such correction.': () => msg('This correction no longer exists.'),
  'Another site has this name.': () => msg('Another site has this name.'),
  'Items are open in this month: settle them, or accept them as they are.': () =>
    msg('Something is open in this month. Settle it, or accept it as it is.'),
  'This month is not over yet.': () => msg('This month is not over yet.'),
  'This month is closed already.': () => msg('This month is already closed.'),
  'This month was reopened already.': () => msg('This month was already reopened.'),
  'There is no such closing.': () => msg('This closing does not exist.'),
  'Only the month of your own department is shown to you.': () =>
    msg('You can only see your own department.'),
  'No analyzer is running at the moment. Try again in a few seconds.': () =>
    msg('Face recognition is starting. Try again in a few seconds.'),
  'Only the hours of your own department are shown to you.': () =>
    msg('You can only see your own department.'),
  'Only its author can withdraw a correction: refuse it instead.': () =>
    msg('Only its author can withdraw a correction. Refuse it instead.'),
  'The calendar file cannot be read.': () =>
    msg('This calendar file cannot be read. Export it as iCalendar (.ics) again.'),
  'This device is connected elsewhere.': () =>
    msg('This device is already connected elsewhere. Close the other window.'),
  'This is not the key of this device.': () =>
    msg('This browser does not have the key of this device. Pair it again.'),
  'This device has another key: pair it again.': () =>
    msg('This browser does not have the key of this device. Pair it again.'),
  'Only signed-in staff can capture an enrollment, not a device.': () =>
    msg('Sign in to capture a face. A device cannot do this.'),
  'Staff can publish a camera only for an enrollment. Pair this browser as a device to use it as a camera.':
    () => msg('Pair this browser as a device to use it as a camera.'),
  'You are not allowed to do this.': () => msg('You do not have permission to do this.'),
  'Only a station can do this.': () => msg('Only a station can do this.'),
  'A device may not do this: sign in.': () => msg('A device cannot do this. Please sign in.'),
  'This is for signed-in staff only.': () => msg('Please sign in.'),
  'This request comes from another site: open the page of this server.': () =>
    msg(
      'This page was opened under another address than the one the server knows. Ask the administrator to add it to MUSTER_ORIGINS.',
    ),
  'The first request with this Idempotency-Key is still running: try again.': () =>
    msg('This is still being saved. Please try again in a moment.'),
  'This request was carried out, but its reply can no longer be read.': () =>
    msg('This was done already. Reload the page to see it.'),
  'Too many requests: connect again, and send fewer.': () =>
    msg('Too many attempts. Wait a moment and try again.'),
  'This number is locked for a while.': () => msg('This number is locked for a while. Wait a few minutes.'),
  'The server is stopping; try again in a moment.': () =>
    msg('The server is restarting. Please try again in a moment.'),
  'Nothing has shown yet that this is a head, and not a picture of one. Turn the head slowly from one side to the other.':
    () =>
      msg(
        'Nothing has shown yet that this is a head, and not a picture of one. Turn the head slowly from one side to the other.',
      ),
  'Photo detection takes this for a picture or a screen. Look straight at the camera, in better light, with nothing in front of the face.':
    () =>
      msg(
        'Photo detection takes this for a picture or a screen. Look straight at the camera, in better light, with nothing in front of the face.',
      ),
  'The movements at the end are missing: do what is asked for, one after the other.': () =>
    msg('One last check: do what is asked for.'),
  'The movements were not made as they were asked for, too many times. Please ask HR to enroll you at their desk.':
    () =>
      msg(
        'The movements were not made as they were asked for, too many times. Please ask HR to enroll you at their desk.',
      ),
  'This capture is being saved right now: wait for the result.': () =>
    msg('This capture is being saved. Wait for the result.'),
  'Someone else changed this in the meantime: reload it, look at the change, and try again.': () =>
    msg('Someone else changed this in the meantime. Reload the page and try again.'),
  'The first account exists: sign in.': () => msg('This server is already set up. Please sign in.'),
  'The second factor is on already: turn it off first.': () =>
    msg('The second factor is already on. Turn it off first.'),
  'The second factor is off.': () => msg('The second factor is already off.'),
  'This roll call ended more than a day ago.': () => msg('This roll call ended more than a day ago.'),
};

/** Faults of one field. The server's words follow the name of the field; these stand alone below it. */
export const FAULTS: Readonly<Record<string, () => string>> = {
  'names no event': () => msg('Choose at least one event.'),
  'is longer than 2000 characters': () => msg('Enter at most 2000 characters.'),
  'is not an address such as https://example.org/muster': () =>
    msg('This is not an address such as https://example.org/muster.'),
  'crosses itself': () => msg('The edges of the zone cross. Move a corner so that they do not.'),
  'is too small': () => msg('The zone is too small. Move its corners apart.'),
  'is missing': () => msg('This field is required.'),
  'is in the file more than once': () => msg('This number is in the file more than once.'),
  'is not a date that can be read': () => msg('This date cannot be read.'),
  'is not the name of a site': () => msg('There is no site with this name.'),
  'is not one of active, suspended, left': () => msg('Enter active, suspended or left.'),
  'is given by no column': () => msg('Choose a column for this.'),
  'has a quotation mark that is not closed': () =>
    msg('The file has a quotation mark that is not closed. Save it again, or choose another separator.'),
  'is not a workbook that can be read': () => msg('This Excel file cannot be read. Save it again as .xlsx.'),
  'is neither CSV nor an Excel workbook': () => msg('This is neither a CSV file nor an Excel file.'),
  'is an old Excel file (.xls), or one with a password: save it as .xlsx without a password': () =>
    msg('This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password.'),
  'is empty': () => msg('This file is empty.'),
  'cannot be read: save it again as CSV or .xlsx': () =>
    msg('This file cannot be read. Save it again as CSV or .xlsx.'),
  'is missing: a person needs at least one name': () => msg('Enter at least one name.'),
  'is missing: a manager sees the people of one department': () => msg('A manager needs a department.'),
  'is not a time such as 08:30': () => msg('Enter a time such as 08:30.'),
  'is too short for a consent text': () => msg('Write at least 200 characters.'),
  'is not a language such as de': () => msg('Choose a language.'),
  'name a language twice': () => msg('Each language can be there once only.'),
  'is too short to say why': () => msg('Please give a longer reason.'),
  'came only once on that day': () => msg('The clocks showed this time only once on that day.'),
  'is the one that the punch has already': () => msg('This is the time that it already has.'),
  'is the person who has this punch already': () => msg('This person already has this punch.'),
  'is the name of another site': () => msg('Another site has this name.'),
  'is shorter than 4 hours': () => msg('Enter at least 4 hours.'),
  'are not in ascending order': () => msg('Enter the steps in ascending order.'),
  'is before from': () => msg('The end is before the beginning.'),
  'is shorter than a day': () => msg('Choose at least one day.'),
  'is longer than a day': () => msg('Enter at most one day.'),
  'is smaller than 1 % of the picture': () => msg('Enter at least 1 % of the picture.'),
  'is larger than 90 % of the picture': () => msg('Enter at most 90 % of the picture.'),
  'holds characters that cannot be printed': () => msg('Remove the special characters.'),
  'holds characters that cannot be stored': () => msg('Remove the special characters.'),
  'is not a date such as 2026-11-23': () => msg('Enter a valid date.'),
  'is not between 1900 and 2199': () => msg('Enter a year between 1900 and 2199.'),
  'is not an IANA time zone such as Europe/Paris': () => msg('Enter a time zone such as Europe/Paris.'),
  'is made of letters, digits, spaces and . _ / - and begins and ends with a letter or digit': () =>
    msg('Use letters, digits, spaces and . _ / - and begin and end with a letter or digit.'),
  'is not an e-mail address such as ada@example.org': () =>
    msg('Enter an email address such as ada@example.org.'),
  'is not a phone number such as +33 1 23 45 67 89': () =>
    msg('Enter a phone number such as +33 1 23 45 67 89.'),
  'repeats the same few characters': () => msg('Use more different characters.'),
  'is one of the commonest: everybody tries it': () =>
    msg('This password is too common. Use several words of your own.'),
  'is a row of keys: everybody tries it': () =>
    msg('This password is a row of keys. Use several words of your own.'),
  'is little more than your name: add words of your own': () =>
    msg('This password is little more than your name. Add words of your own.'),
  'is not the number of any person': () => msg('No one has this number.'),
  'is not in the list of departments': () =>
    msg('There is no such department. Add it under People, Departments.'),
  'is the name of another department': () => msg('There is a department with this name already.'),
  'is a number from before two records were merged': () =>
    msg('Two records of this person were merged. Use the number that the person has now.'),
  'is this record itself': () => msg('Choose another record'),
  'is the same department': () => msg('Choose another department.'),
  'are too many to name one by one': () =>
    msg('Select at most 1,000 people one by one, or everyone in the list.'),
  'are too many at once': () =>
    msg('These are too many: at most 20,000 people are changed at once, or 1,000 invited.'),
  'is a department without people': () => msg('No one is in this department.'),
  'is not a month such as 2026-11': () => msg('Enter a valid month.'),
  'is in the future': () => msg('This time is in the future.'),
  'does not exist on that day, because the clocks were changed': () =>
    msg('This time does not exist on that day, because the clocks were changed.'),
  'is 2 to 64 letters, digits and . _ @ -': () => msg('Use 2–64 letters, digits and . _ @ -'),
  'names nothing that it may do': () => msg('Choose at least one thing that it may do.'),
  'is less than a day': () => msg('Enter at least one day.'),
  'is longer than a year': () => msg('Enter at most one year.'),
  'belongs to another person': () => msg('Another person has this number.'),
  'is wrong or out of date': () => msg('This code is wrong or has expired.'),
  'is taken': () => msg('This name is already taken.'),
  "is wrong: look at the app again, and at this device's clock": () =>
    msg('This code is wrong. Check the app, and the clock of this device.'),
  'is not the one that was printed': () => msg('This is not the setup token that the server printed.'),
  'is not your password': () => msg('This is not your password.'),
  'is wrong, or was used already': () => msg('This code is wrong or was used before.'),
  'is not the id of any site': () => msg('Choose a site.'),
  'is not the id of a station': () => msg('This station was unpaired. Choose another one.'),
  'is at another site': () => msg('This station stands at another site. Choose one of the same site.'),
  'needs a country': () => msg('Choose a country first.'),
  'is not an ISO 3166-1 code such as DE': () => msg('Enter a country code such as DE.'),
  'is within another absence': () => msg('There is already an absence in this time.'),
  'is within another request': () => msg('You have already asked for an absence in this time.'),
  'is in a closed month': () => msg('A month in this time is already closed.'),
  'leaves nothing of the day': () => msg('Half of the day has to be left.'),
  'is not a calendar file (iCalendar, .ics)': () =>
    msg('This is not a calendar file. Choose one that ends in .ics.'),
  'has a holiday already': () => msg('There is already a holiday on this date.'),
  'is not the id of any person': () => msg('This person no longer exists.'),
  'is in a rota': () => msg('A rota uses this shift. Remove it there first.'),
  'is in an exception': () => msg('An exception uses this shift. Remove it there first.'),
  'is the name of another shift': () => msg('Another shift has this name.'),
  'is the name of another rota': () => msg('Another rota has this name.'),
  'is longer than the shift': () => msg('Enter at most the length of the shift.'),
  'is not within the shift': () => msg('The core time must lie within the shift.'),
  'is assigned': () => msg('People are assigned to this rota. Assign them to another one first.'),
  'names a shift that there is not': () => msg('This shift no longer exists.'),
  'has shifts that overlap': () => msg('These shifts overlap.'),
  'is not the id of any rota': () => msg('This rota no longer exists.'),
  'is the first date of another assignment': () => msg('Another assignment begins on this date.'),
  'has an exception already': () => msg('There is already an exception on this date.'),
  'are missing': () => msg('Choose at least one.'),
  'name a punch twice': () => msg('A punch is chosen twice.'),
  'is none in which this report is written': () => msg('This report is not available in this format.'),
  'is in another month than from': () => msg('Choose two days of the same month.'),
  'are more than 4 shifts on one day': () => msg('Choose at most 4 shifts for one day.'),
  'is not a number of whole and half days': () => msg('Enter whole or half days.'),
  'is larger than 500 kB': () => msg('This file is too large. It may have at most 500 kB.'),
  'is negative': () => msg('Enter a number that is not negative.'),
  'is longer than 64 characters': () => msg('Enter at most 64 characters.'),
  'is not the id of any punch': () => msg('This punch no longer exists.'),
  'is set on the server': () => msg('This is set on the server and can only be changed there.'),
  'does not go together with what is set on the server': () =>
    msg('This does not go together with what is set on the server. Ask whoever runs it.'),
  'is not a level of this model pack': () => msg('The models on this server do not have this level.'),
  'needs the photo detection to be installed on the server': () =>
    msg('The photo detection is not installed on the server. Ask whoever runs it.'),
  'is the name of another profile': () => msg('Another profile has this name.'),
  'has no usable port': () => msg('The port of this address cannot be used.'),
  'is not an address such as rtsp://192.168.1.20:554/stream1': () =>
    msg('Enter an address such as rtsp://192.168.1.20:554/stream1.'),
};
