/** Personal data that tills print into free texts: phones, e-mails, card numbers. */

/** Most texts have neither an @ nor ten digits in a row of digits and separators: they are passed at once. */
const SUSPICIOUS = /@|\d(?:[\s()+.-]{0,3}\d){9}/;
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** Cards have 16 to 19 digits, a person's account 20. Longer rows of digits are marks. */
const CARD = /(?<!\d)\d(?:[ -]?\d){15,19}(?!\d)/g;
const PHONE = /(?<![\d])(?:\+?[78][\s(-]{0,3})(?:\d[\s().-]{0,3}){9}\d(?!\d)/g;
const SHORT_PHONE = /(?<![\d])\(?9\d{2}\)?[\s.-]?\d{3}[\s.-]?\d{2}[\s.-]?\d{2}(?!\d)/g;
const MASK = '***';

export interface ScrubbedText {
  readonly text: string;
  /** What was removed, verbatim; empty for most texts. */
  readonly removed: readonly string[];
}

const NOTHING: readonly string[] = [];

export function scrubText(text: string): ScrubbedText {
  if (!SUSPICIOUS.test(text)) return { text, removed: NOTHING };
  const removed: string[] = [];
  const mask = (found: string): string => {
    removed.push(found.trim());
    return MASK;
  };
  const scrubbed = text
    .replace(EMAIL, mask)
    .replace(CARD, mask)
    .replace(PHONE, mask)
    .replace(SHORT_PHONE, mask);
  return { text: scrubbed, removed };
}
