/** Personal data that tills print into free texts: phones, e-mails, card numbers. */

/** Most texts have neither an @ nor ten digits in a row of digits and separators: they are passed at once. */
const SUSPICIOUS = /@|\d(?:[\s()+.-]{0,3}\d){9}/;
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const CARD = /(?<!\d)\d(?:[ -]?\d){15,18}(?!\d)/g;
const PHONE = /(?<![\d])(?:\+?[78][\s(-]{0,3})(?:\d[\s().-]{0,3}){9}\d(?!\d)/g;
const SHORT_PHONE = /(?<![\d])\(?9\d{2}\)?[\s.-]?\d{3}[\s.-]\d{2}[\s.-]?\d{2}(?!\d)/g;
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
    .replace(CARD, (found) => (passesLuhn(found) ? mask(found) : found))
    .replace(PHONE, mask)
    .replace(SHORT_PHONE, mask);
  return { text: scrubbed, removed };
}

function passesLuhn(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
