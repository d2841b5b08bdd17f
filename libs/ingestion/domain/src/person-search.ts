import { normalisedContact, normalisedName } from './persons';

/** What is known of a person: the values that documents stated. */
export type StatedValues = Readonly<Record<string, string>>;

/** True when the text names the person: name, ИНН, tab number, phone, e-mail or card, whole and however written. */
export function isNamed(stated: StatedValues, text: string): boolean {
  const { name, inn, tabNumber, contact } = stated;
  const wanted = text.trim();
  if (tabNumber?.trim() === wanted || inn?.trim() === wanted) return true;
  if (name !== undefined && normalisedName(name) === normalisedName(wanted)) return true;
  const contactWanted = normalisedContact(wanted);
  return contact !== undefined && contactWanted !== '' && normalisedContact(contact) === contactWanted;
}

/** Names a person in bytes that nobody could read as a document: a short one would be found everywhere. */
const NAME_LENGTH_MIN = 5;
const DIGITS_MIN = 10;
const ESCAPE = /\\u([0-9a-f]{4})/gi;

/** Looks for persons in raw bytes, as they are told by what was stated of them and by what was searched for. */
export class MentionSearch {
  private readonly names: readonly string[];
  private readonly digits: readonly string[];
  private readonly mails: readonly string[];

  constructor(values: readonly string[]) {
    const numbers = values
      .map((value) => value.replace(/\D/g, ''))
      .filter(({ length }) => length >= DIGITS_MIN);
    // Of a phone the last ten digits: +7 and 8 are the same.
    this.digits = numbers.map((number) => (number.length === 11 ? number.slice(1) : number));
    this.mails = values.filter((value) => value.includes('@')).map((value) => value.trim().toLowerCase());
    this.names = values
      .filter((value) => !value.includes('@') && /\p{L}/u.test(value))
      .map(normalisedName)
      .filter(({ length }) => length >= NAME_LENGTH_MIN);
  }

  finds(bytes: Buffer): boolean {
    const text = bytes
      .toString('utf8')
      .replace(ESCAPE, (_escape, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    const lower = text.toLowerCase();
    if (this.mails.some((mail) => lower.includes(mail))) return true;
    const numbers = text.replace(/[\s().+-]/g, '');
    if (this.digits.some((digits) => numbers.includes(digits))) return true;
    const words = normalisedName(text);
    return this.names.some((name) => words.includes(name));
  }
}
