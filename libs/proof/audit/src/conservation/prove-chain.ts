import { receiptsTopicName } from '../receipts-book';
import { documentsTopicName } from '../documents-book';
import type { Difference, ProvedDay } from './difference';
import { StageLags, StoreProver } from './prove-store';
import type { StageReader } from './stage-reader';

export interface ChainProof {
  readonly stores: number;
  readonly receipts: number;
  readonly lines: number;
  readonly days: readonly ProvedDay[];
  readonly differences: readonly Difference[];
  /** Stores that could not be compared, and why: they do not count as proved. */
  readonly unproved: readonly string[];
}

export interface ProofOptions {
  readonly reader: StageReader;
  /** Null = every store that has sent documents. */
  readonly storeIds: readonly string[] | null;
  /** Told before the first store and after each. */
  readonly progress: (done: number, of: number) => void;
}

/** Proves store after store: what each stage holds is read once, and forgotten with its store. */
export async function proveChain({ reader, storeIds, progress }: ProofOptions): Promise<ChainProof> {
  const stores = storeIds ?? (await storesOf(reader));
  const days: ProvedDay[] = [];
  const differences: Difference[] = [];
  const unproved: string[] = [];
  progress(0, stores.length);
  for (const [index, storeId] of stores.entries()) {
    try {
      const proof = await new StoreProver(reader, storeId).prove();
      days.push(...proof.days);
      differences.push(...proof.differences);
    } catch (error) {
      if (!(error instanceof StageLags)) throw error;
      unproved.push(error.message);
    }
    progress(index + 1, stores.length);
  }
  return {
    stores: stores.length,
    receipts: days.reduce((sum, day) => sum + day.receipts, 0),
    lines: days.reduce((sum, day) => sum + day.lines, 0),
    days,
    differences,
    unproved,
  };
}

async function storesOf(reader: StageReader): Promise<string[]> {
  const documents = await reader.streams('ingestion', documentsTopicName);
  const receipts = await reader.streams('nomenclature', receiptsTopicName);
  return [...new Set([...documents.keys(), ...receipts.keys()])].sort();
}
