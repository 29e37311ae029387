/** Month sheets as a PDF: a page for each person, with lines to sign. Pages leave while the next ones are made. */
import { createRequire } from 'node:module';
import Pdf from 'pdfkit';
import type { Language } from '../protocol/language.ts';
import type { MonthSheetDay, MonthSheetView } from '../protocol/reports.ts';
import { type ReportTexts, textsIn } from './texts.ts';

export interface SheetPdfOptions {
  paper: 'a4' | 'letter';
  language: Language;
}

/** DejaVu Sans has the letters of European names, Greek, Cyrillic, Hebrew and Arabic. Only those in use go into the file. */
const require = createRequire(import.meta.url);
const FONT = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf');
const BOLD = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf');

const MARGIN = 42;
const ROW = 15.2;
const GRAY = '#666666';
const LINE = '#bbbbbb';

type Align = 'left' | 'right';
/** Share of the width of the page. */
type SheetColumn = readonly [share: number, align: Align, title: (texts: ReportTexts) => string];

const COLUMNS: readonly SheetColumn[] = [
  [0.1, 'left', ({ date }) => date],
  [0.16, 'left', ({ plan }) => plan],
  [0.22, 'left', ({ times }) => times],
  [0.08, 'right', ({ pauses }) => pauses],
  [0.09, 'right', ({ planned }) => planned],
  [0.09, 'right', ({ worked }) => worked],
  [0.09, 'right', () => '±'],
  [0.17, 'left', ({ remarks }) => remarks],
];

export async function* monthSheetsPdf(
  sheets: AsyncIterable<MonthSheetView>,
  { paper, language }: SheetPdfOptions,
): AsyncGenerator<Uint8Array> {
  const texts = textsIn(language);
  const doc = new Pdf({
    size: paper === 'a4' ? 'A4' : 'LETTER',
    margin: MARGIN,
    autoFirstPage: false,
    lang: language,
    displayTitle: true,
    info: { Title: texts.sheet, Creator: 'Muster', Producer: 'Muster' },
  });
  try {
    doc.registerFont('text', FONT).registerFont('bold', BOLD);
    let pages = 0;
    for await (const sheet of sheets) {
      doc.addPage();
      drawSheet(doc, sheet, { texts, language });
      pages += 1;
      yield* written(doc);
    }
    // A PDF without a page cannot be opened.
    if (pages === 0) doc.addPage().font('text').fontSize(10).text(`${texts.sheet}: –`);
    doc.end();
    for await (const chunk of doc) yield chunk as Uint8Array;
  } finally {
    doc.destroy();
  }
}

function* written(doc: PDFKit.PDFDocument): Generator<Uint8Array> {
  const readable = doc as unknown as NodeJS.ReadableStream;
  for (let chunk = readable.read(); chunk !== null; chunk = readable.read()) {
    yield chunk as unknown as Uint8Array;
  }
}

interface Writing {
  texts: ReportTexts;
  language: Language;
}

function drawSheet(doc: PDFKit.PDFDocument, sheet: MonthSheetView, { texts, language }: Writing): void {
  const { person, month, days, figures, balance, through } = sheet;
  const width = doc.page.width - 2 * MARGIN;
  const monthName = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const at = (text: string, x: number, y: number, room = width) => put(doc, text, { x, y, room });

  doc.font('bold').fontSize(14).fillColor('black');
  at(`${texts.sheet} · ${monthName.format(new Date(`${month}-01T00:00:00Z`))}`, MARGIN, MARGIN);
  doc.fontSize(11);
  at(person.displayName, MARGIN, MARGIN + 22);
  doc.font('text').fontSize(9).fillColor(GRAY);
  at([person.number, person.department].filter(Boolean).join(' · '), MARGIN, MARGIN + 38);

  let y = MARGIN + 58;
  doc.font('bold').fontSize(8).fillColor('black');
  drawRow(
    doc,
    COLUMNS.map(([, , title]) => title(texts)),
    y,
  );
  rule(doc, (y += ROW - 2));
  doc.font('text').fontSize(8);
  for (const day of days) {
    doc.fillColor(day.planned + day.worked === 0 && day.stays.length === 0 ? GRAY : 'black');
    drawRow(doc, dayCells(day, { texts, language }), y + 3);
    y += ROW;
  }
  rule(doc, y + 1);
  doc.font('bold').fillColor('black');
  const total = [
    texts.total,
    '',
    '',
    '',
    clock(figures.planned),
    clock(figures.worked),
    signed(figures.overtime),
    '',
  ];
  drawRow(doc, total, y + 5);

  doc.font('text').fontSize(8.5);
  y += ROW + 12;
  const lines = [
    balance &&
      `${texts.carriedShort} ${signed(balance.carried)} · ${texts.balanceShort} ${signed(balance.balance)}`,
    `${texts.credited} ${clock(figures.credited)}${figures.adjusted === 0 ? '' : ` · ${texts.adjusted} ${signed(figures.adjusted)}`}`,
    [
      through === null ? null : `${texts.through} ${dateText(through, language)}`,
      sheet.closed ? `${texts.month} ${texts.closed}` : null,
      days.some(({ corrected }) => corrected) ? texts.corrections : null,
    ]
      .filter((part) => part !== null)
      .join(' · '),
  ];
  for (const text of lines) {
    if (text === null || text === '') continue;
    at(text, MARGIN, y);
    y += 13;
  }
  const signY = doc.page.height - MARGIN - 26;
  for (const [i, text] of [texts.signEmployee, texts.signManager].entries()) {
    const x = MARGIN + i * (width / 2 + 12);
    doc
      .moveTo(x, signY)
      .lineTo(x + width / 2 - 12, signY)
      .lineWidth(0.7)
      .strokeColor('black')
      .stroke();
    doc.fontSize(7.5).fillColor(GRAY);
    at(text, x, signY + 4, width / 2 - 12);
  }
}

interface Place {
  x: number;
  y: number;
  /** Text that is wider ends with an ellipsis. */
  room: number;
  align?: Align;
}

/** One line of text that never leaves its column. */
function put(doc: PDFKit.PDFDocument, text: string, { x, y, room, align = 'left' }: Place): void {
  let shown = text;
  let width = doc.widthOfString(shown);
  while (width > room && shown.length > 1) {
    shown = `${shown.slice(0, -2).trimEnd()}…`;
    width = doc.widthOfString(shown);
  }
  doc.text(shown, align === 'right' ? x + room - width : x, y, { lineBreak: false });
}

function drawRow(doc: PDFKit.PDFDocument, cells: readonly string[], y: number): void {
  const width = doc.page.width - 2 * MARGIN;
  let x = MARGIN;
  for (const [i, [share, align]] of COLUMNS.entries()) {
    const text = cells[i] ?? '';
    const room = share * width - 5;
    if (text !== '') put(doc, text, { x, y, room, align });
    x += share * width;
  }
}

function rule(doc: PDFKit.PDFDocument, y: number): void {
  doc
    .moveTo(MARGIN, y)
    .lineTo(doc.page.width - MARGIN, y)
    .lineWidth(0.5)
    .strokeColor(LINE)
    .stroke();
}

function dayCells(day: MonthSheetDay, { texts, language }: Writing): string[] {
  const { date, shifts, holiday, leave, stays, pauses, deducted, planned, worked, over, overtime } = day;
  const off = [holiday, ...leave.map(({ kind }) => texts.kinds[kind])].filter((text) => text !== null);
  const plan = shifts.map(({ begin, end }) => `${begin}–${end}`);
  const remarks = day.flags.map(({ kind }) => texts.flags[kind]);
  return [
    dateText(date, language),
    [...off, ...plan].join(', '),
    `${stays.map(({ arrival, departure }) => `${arrival ?? '?'}–${departure ?? '?'}`).join(', ')}${day.corrected ? ' *' : ''}`,
    pauses + deducted > 0 ? clock(pauses + deducted) : '',
    planned > 0 ? clock(planned) : '',
    worked > 0 ? clock(worked) : '',
    over && overtime !== 0 ? signed(overtime) : '',
    [...new Set(remarks)].join(', '),
  ];
}

/** Making a format took a third of the time of a sheet. */
const DATES: Record<Language, Intl.DateTimeFormat> = { en: dateFormat('en-GB'), de: dateFormat('de') };

function dateFormat(locale: string): Intl.DateTimeFormat {
  const options = { weekday: 'short', day: '2-digit', month: '2-digit', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, options);
}

function dateText(date: string, language: Language): string {
  return DATES[language].format(new Date(`${date}T00:00:00Z`));
}

/** H:MM */
function clock(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

function signed(ms: number): string {
  return `${ms < 0 ? '−' : ''}${clock(Math.abs(ms))}`;
}
