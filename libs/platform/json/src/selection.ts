import { assert } from '@potok/kernel/assert';

/** What a member leads to: the elements of an array, else the value itself. */
type Inner<Value> =
  NonNullable<Value> extends readonly (infer Element)[] ? NonNullable<Element> : NonNullable<Value>;

/** Values of members, in the order of their names; undefined = absent. */
type ValuesOf<T, Names extends readonly (keyof T)[]> = { readonly [At in keyof Names]: T[Names[At]] };

/** What is read of the objects that members lead to, alone or in an array; all of them where nothing is said. */
type InnerSelections<T> = { readonly [Name in keyof T]?: Selection<Inner<T[Name]>> };

export interface SelectedMember {
  readonly index: number;
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
  private readonly slots: readonly (readonly SelectedMember[])[];
  private readonly mask: number;
  readonly size: number;

  constructor(
    readonly members: readonly SelectedMember[],
    /** Makes the object of the members' values. Written out as a literal, so that all objects have one shape. */
    readonly make: (values: readonly unknown[]) => T,
  ) {
    let slotCount = SLOTS_MIN;
    while (slotCount < members.length * SLOTS_PER_MEMBER) slotCount *= 2;
    const slots = Array.from({ length: slotCount }, (): SelectedMember[] => []);
    for (const member of members) {
      assert(ASCII_NAME.test(member.name), `a name that is read: ${member.name}`);
      slots[hashOf(member.bytes, 0, member.bytes.length) & (slotCount - 1)]?.push(member);
    }
    this.size = members.length;
    this.mask = slotCount - 1;
    this.slots = slots;
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

/** `select<Line>()(['lineNo', 'name'], ([lineNo, name]) => ({ lineNo, name }))`. */
export function select<T extends object>() {
  return <const Names extends readonly (keyof T & string)[]>(
    names: Names,
    make: (values: ValuesOf<T, Names>) => T,
    inner: InnerSelections<T> = {},
  ): Selection<T> => {
    const members = names.map((name, index): SelectedMember => ({
      index,
      name,
      bytes: new TextEncoder().encode(name),
      inner: inner[name] ?? null,
    }));
    return new Selection(members, make as (values: readonly unknown[]) => T);
  };
}
