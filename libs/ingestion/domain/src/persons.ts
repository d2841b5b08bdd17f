import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';

/** A person whom a document mentions, and by what the same person is recognised in other documents. */
export interface PersonMention {
  readonly kind: 'employee' | 'buyer' | 'supplier';
  readonly basis: 'inn' | 'tabNumber' | 'name' | 'contact';
  /** Normalised: equal values are the same person. */
  readonly value: string;
  /** The personal values as received: for the vault alone. */
  readonly stated: Readonly<Record<string, string>>;
}

export interface EmployeeMention extends PersonMention {
  readonly kind: 'employee';
  readonly basis: 'inn' | 'tabNumber' | 'name';
}

type Person = NonNullable<RegisterDocument['cashier']>;
type Buyer = NonNullable<RegisterDocument['buyer']>;

const PERSON_INN = /^\d{12}$/;
const ORGANISATION_INN = /^\d{10}$/;

/**
 * By ИНН (1203), else by the tab number within its source, else by the name; null when nothing is stated. `source`
 * names whose numbering of employees it is.
 */
export function employeeOf(person: Person | undefined, source: string): EmployeeMention | null {
  if (person === undefined) return null;
  const inn = person.inn?.trim() ?? '';
  const tabNumber = person.tabNumber?.trim() ?? '';
  const stated = statedTexts({ name: person.name, inn: person.inn, tabNumber: person.tabNumber });
  if (PERSON_INN.test(inn)) return { kind: 'employee', basis: 'inn', value: inn, stated };
  if (tabNumber !== '')
    return { kind: 'employee', basis: 'tabNumber', value: `${source}|${tabNumber}`, stated };
  const name = normalisedName(person.name ?? '');
  return name === '' ? null : { kind: 'employee', basis: 'name', value: name, stated };
}

/** The buyer as a person; null for an organisation and for nothing stated. */
export function buyerOf(buyer: Buyer | undefined): PersonMention | null {
  if (buyer === undefined) return null;
  const stated = statedTexts({ contact: buyer.contact, name: buyer.name, inn: buyer.inn });
  const contact = normalisedContact(buyer.contact ?? '');
  if (contact !== '') return { kind: 'buyer', basis: 'contact', value: contact, stated };
  if (organisationInn(buyer.inn) !== undefined) return null;
  const inn = buyer.inn?.trim() ?? '';
  if (inn !== '') return { kind: 'buyer', basis: 'inn', value: inn, stated };
  const name = normalisedName(buyer.name ?? '');
  return name === '' ? null : { kind: 'buyer', basis: 'name', value: name, stated };
}

/** A supplier (1226) who is a person; null for an organisation and for nothing stated. */
export function supplierOf(inn: string | undefined): PersonMention | null {
  const digits = inn?.trim() ?? '';
  if (!PERSON_INN.test(digits)) return null;
  return { kind: 'supplier', basis: 'inn', value: digits, stated: { inn: digits } };
}

/** A phone, e-mail or card that stood in a text that is public otherwise. */
export function mentionedContact(contact: string): PersonMention {
  return { kind: 'buyer', basis: 'contact', value: normalisedContact(contact), stated: { contact } };
}

/** An ИНН of 10 digits is an organisation's; any other is not told. */
export function organisationInn(inn: string | undefined): string | undefined {
  const digits = inn?.trim();
  return digits !== undefined && ORGANISATION_INN.test(digits) ? digits : undefined;
}

const LATIN_LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  b: 'в',
  c: 'с',
  e: 'е',
  h: 'н',
  k: 'к',
  m: 'м',
  o: 'о',
  p: 'р',
  t: 'т',
  x: 'х',
  y: 'у',
  '0': 'о',
  '3': 'з',
  ё: 'е',
};

/** Lower case, Latin look-alikes folded into Cyrillic, ё = е, punctuation and blanks as one blank. */
export function normalisedName(name: string): string {
  const plain = name.normalize('NFKC').toLowerCase();
  const folded = /[а-яё]/.test(plain)
    ? plain.replace(/[a-zё03]/g, (letter) => LATIN_LOOKALIKES[letter] ?? letter)
    : plain;
  return folded.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

export function normalisedContact(contact: string): string {
  const text = contact.trim().toLowerCase();
  if (text.includes('@')) return text;
  const digits = text.replace(/\D/g, '');
  return digits.length === 11 && digits.startsWith('8') ? `7${digits.slice(1)}` : digits;
}

function statedTexts(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const stated: Record<string, string> = {};
  for (const [name, text] of Object.entries(texts))
    if (text !== undefined && text !== '') stated[name] = text;
  return stated;
}
