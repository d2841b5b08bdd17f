import { createHmac, hkdfSync } from 'node:crypto';
import { assert } from '@potok/kernel/assert';

const KEY_BYTES = 32;
/** Enough to be unique for ever, short enough to stand in every receipt. */
const REFERENCE_HEX_LENGTH = 24;

/** The keys that the installation's master key (32 bytes) is divided into. None of them is ever stored. */
export class VaultKeys {
  /** Wraps the keys of subjects. */
  readonly wrapping: Buffer;
  private readonly lookup: Buffer;
  private readonly reference: Buffer;

  constructor(masterKey: Buffer) {
    assert(masterKey.length === KEY_BYTES, `the vault's key has ${String(KEY_BYTES)} bytes`);
    this.wrapping = derived(masterKey, 'subject-keys');
    this.lookup = derived(masterKey, 'subject-lookup');
    this.reference = derived(masterKey, 'person-reference');
  }

  /** By what a subject is found again: it tells nothing without the key. */
  lookupOf(subject: string): Buffer {
    return createHmac('sha256', this.lookup).update(subject, 'utf8').digest();
  }

  /** The opaque reference of a person on topics: the same person keeps one, also after having been erased. */
  referenceOf(person: string): string {
    const hmac = createHmac('sha256', this.reference).update(person, 'utf8').digest('hex');
    return `c-${hmac.slice(0, REFERENCE_HEX_LENGTH)}`;
  }
}

/** One key from several: whoever lacks one of them has none. The keys stand in the order of their subjects. */
export function keyOfAll(keys: readonly Buffer[]): Buffer {
  return derived(Buffer.concat(keys), `archive-${String(keys.length)}`);
}

function derived(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `potok/${purpose}`, KEY_BYTES));
}
