import { assert } from '@potok/kernel/assert';

/** What a member leads to: the elements of an array, else the value itself. */
type Inner<Value> =
  NonNullable<Value> extends readonly (infer Element)[] ? NonNullable<Element> : NonNullable<Value>;

/** Read as it is, with all that is in it. */
export const WHOLE = null;

/**
 * Every member of the kind, optional ones too: one that was forgotten would be read as absent. Beside each what is read
 * of the object or objects that it leads to.
 */
type Members<T> = { readonly [Name in keyof T]-?: typeof WHOLE | Selection<Inner<T[Name]>> };

export interface SelectedMember {
  readonly name: string;
  /** The name in ASCII. */
  readonly bytes: Uint8Array;
  readonly inner: Selection<unknown> | null;
}

const ASCII_NAME = /^[a-zA-Z][a-zA-Z0-9]*$/;
const SLOTS_MIN = 16;
const SLOTS_PER_MEMBER = 4;

/**
 * The members that are read of objects of one kind; all others are passed over. Made once for each kind: whatever
 * stands in the values is taken as it is, nothing is validated.
 */
export class Selection<out T> {
  /** For the compiler alone: the selection of one kind is not that of another. */
  declare readonly kind?: T;
  private readonly slots: readonly (readonly SelectedMember[])[];
  private readonly mask: number;
  private readonly nothing: object;

  constructor(private readonly members: readonly SelectedMember[]) {
    this.nothing = Object.fromEntries(members.map(({ name }) => [name, undefined]));
    let slotCount = SLOTS_MIN;
    while (slotCount < members.length * SLOTS_PER_MEMBER) slotCount *= 2;
    const slots = Array.from({ length: slotCount }, (): SelectedMember[] => []);
    for (const member of members) {
      assert(ASCII_NAME.test(member.name), `a name that is read: ${member.name}`);
      slots[hashOf(member.bytes, 0, member.bytes.length) & (slotCount - 1)]?.push(member);
    }
    this.mask = slotCount - 1;
    this.slots = slots;
  }

  /** With every member undefined: whatever a text holds, all objects have one shape, which readers are fast on. */
  empty(): Record<string, unknown> {
    return { ...this.nothing };
  }

  named(name: string): SelectedMember | null {
    return this.members.find((member) => member.name === name) ?? null;
  }

  /** The member whose name stands at these bytes. */
  find(bytes: Uint8Array, from: number, to: number): SelectedMember | null {
    const candidates = this.slots[hashOf(bytes, from, to) & this.mask];
    if (candidates === undefined) return null;
    for (const member of candidates) {
      const { bytes: name } = member;
      if (name.length !== to - from) continue;
      let index = 0;
      while (index < name.length && name[index] === bytes[from + index]) index += 1;
      if (index === name.length) return member;
    }
    return null;
  }
}

/** Tells most names apart, without looking at every byte. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  return (to - from) * 5 + (bytes[from] ?? 0) + (bytes[to - 1] ?? 0) * 3;
}

/** `select<Line>({ lineNo: WHOLE, vat: VAT })`. */
export function select<T extends object>(members: Members<T>): Selection<T> {
  const entries = Object.entries<Selection<unknown> | null>(members);
  return new Selection(
    entries.map(([name, inner]) => ({ name, bytes: new TextEncoder().encode(name), inner })),
  );
}
