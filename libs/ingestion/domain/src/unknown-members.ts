import { receivedLine, registerDocument } from '@potok/ingestion-contracts/register-document';
import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { mentionedContact, supplierOf } from './persons';
import type { PersonMention } from './persons';
import { scrubText } from './text-scrub';

const OF_DOCUMENT: ReadonlySet<string> = new Set(Object.keys(registerDocument.shape));
const OF_LINE: ReadonlySet<string> = new Set(Object.keys(receivedLine.shape));
const OF_AGENT: ReadonlySet<string> = new Set(['flags', 'supplierInn']);

const PHONE_DIGITS_MAX = 11;

/**
 * Persons whom only the archive will know: suppliers, and contacts in members that no contract names. They go no
 * further, but the bytes must become unreadable with them.
 */
export function personsInArchiveOnly(document: RegisterDocument): PersonMention[] {
  const texts: string[] = [];
  const persons: PersonMention[] = [];
  collectUnknown(document, OF_DOCUMENT, texts);
  for (const line of document.lines ?? []) {
    collectUnknown(line, OF_LINE, texts);
    if (line.agent === undefined) continue;
    collectUnknown(line.agent, OF_AGENT, texts);
    const supplier = supplierOf(line.agent.supplierInn);
    if (supplier !== null) persons.push(supplier);
  }
  for (const text of texts) persons.push(...scrubText(text).removed.filter(isAddress).map(mentionedContact));
  return persons;
}

/** A phone or an e-mail: longer rows of digits in members that nobody knows are numbers of devices and payments. */
function isAddress(found: string): boolean {
  return found.includes('@') || found.replace(/\D/g, '').length <= PHONE_DIGITS_MAX;
}

function collectUnknown(members: object, known: ReadonlySet<string>, texts: string[]): void {
  for (const name in members) {
    if (!known.has(name)) collectTexts(Reflect.get(members, name), texts);
  }
}

function collectTexts(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (typeof value === 'number') texts.push(String(value));
  else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) collectTexts(member, texts);
  }
}
