import { buyerOf, employeeOf } from '@potok/ingestion-domain/persons';
import type { PersonMention } from '@potok/ingestion-domain/persons';
import type { Tx } from '@potok/platform-postgres/tx';
import type { BytesCipher, SealInput } from '@potok/platform-quarantine/quarantine';
import { subjectText } from './subject-table';
import type { Querying, Subject, SubjectName } from './subject-table';
import { INSTALLATION, subjectOfPerson } from './vault';
import type { Vault } from './vault';

/** The members of a document that name persons, whatever else may be wrong with it. */
interface PersonMembers {
  readonly cashier: Readonly<Record<string, string>>;
  readonly approver: Readonly<Record<string, string>>;
  readonly buyer: Readonly<Record<string, string>>;
}

/** Keeps quarantined bytes under the same regime as the archive: unreadable once a person in them is erased. */
export class VaultCipher implements BytesCipher {
  constructor(
    private readonly vault: Vault,
    /** Looked up when it is needed: the quarantine is made before the pool. */
    private readonly querying: () => Querying,
  ) {}

  async seal(tx: Tx, inputs: readonly SealInput[]): Promise<readonly Buffer[]> {
    const names = inputs.map(({ bytes, entry }) => namesIn(bytes, String(entry.origin.employeeSource ?? '')));
    const subjects = await this.vault.resolve(tx, names.flat());
    return inputs.map(({ bytes }, index) => this.vault.seal(bytes, distinct(names[index] ?? [], subjects)));
  }

  open(sealed: Buffer): Promise<Buffer | null> {
    return this.vault.open(this.querying(), sealed);
  }
}

function distinct(names: readonly SubjectName[], subjects: ReadonlyMap<string, Subject>): readonly Subject[] {
  const found = names
    .map((name) => subjects.get(subjectText(name)))
    .filter((subject) => subject !== undefined);
  return [...new Map(found.map((subject) => [subject.subjectNo, subject])).values()];
}

/** Persons found in bytes that need not be a valid document; the installation's own key where there are none. */
function namesIn(bytes: Buffer, employeeSource: string): readonly SubjectName[] {
  const members = membersIn(bytes);
  const persons: readonly (PersonMention | null)[] = [
    employeeOf(members.cashier, employeeSource),
    employeeOf(members.approver, employeeSource),
    buyerOf(members.buyer),
  ];
  const named = persons.filter((person) => person !== null).map(subjectOfPerson);
  return named.length === 0 ? [INSTALLATION] : named;
}

function membersIn(bytes: Buffer): PersonMembers {
  let value: unknown = null;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    // Not JSON: nobody can be found in it.
  }
  const { cashier, approver, buyer } = Object(value) as Record<keyof PersonMembers, unknown>;
  return { cashier: textsOf(cashier), approver: textsOf(approver), buyer: textsOf(buyer) };
}

function textsOf(value: unknown): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(Object(value) as object))
    if (typeof text === 'string') texts[name] = text;
  return texts;
}
