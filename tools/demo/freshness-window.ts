import { quantile } from '@potok/proof-audit/freshness';
export type FreshnessStage = 'stock' | 'report';

export interface FreshnessFigures {
  /** Receipts of the window. */
  readonly count: number;
  /** Milliseconds from the receipt's arrival; null = no receipt yet. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

interface Sample {
  readonly atMs: number;
  readonly tookMs: number;
}

const windowMs = 5 * 60_000;
const samplesMax = 5_000;
const openMax = 20_000;

/**
 * How long receipts take from the edge to a stage, over the last minutes. Whatever comes first waits for its other
 * half, up to a bound: the memory is constant, however long it is watched.
 */
export class FreshnessWindow {
  private readonly arrivals = new Map<string, number>();
  private readonly reached: Record<FreshnessStage, Map<string, number>> = {
    stock: new Map(),
    report: new Map(),
  };
  private readonly waitedAt = new Map<string, number>();
  private readonly samples: Record<FreshnessStage, Sample[]> = { stock: [], report: [] };

  /** The edge received the document. */
  arrived(documentId: string, atMs: number): void {
    if (this.arrivals.has(documentId) || this.waitedAt.has(documentId)) return;
    remember(this.arrivals, documentId, atMs);
    for (const stage of ['stock', 'report'] as const) this.join(stage, documentId);
  }

  /** The document was registered at `atMs`, after it had been held: it says nothing of freshness. */
  waited(documentId: string, atMs: number): void {
    if (!this.arrivals.has(documentId) && !this.waitedAt.has(documentId)) {
      remember(this.waitedAt, documentId, atMs);
    }
  }

  /** The stage holds the document; what it does with it later does not count. */
  reaches(stage: FreshnessStage, documentId: string, atMs: number): void {
    if (this.reached[stage].has(documentId)) return;
    remember(this.reached[stage], documentId, atMs);
    this.join(stage, documentId);
  }

  figures(stage: FreshnessStage, nowMs: number): FreshnessFigures {
    const kept = this.samples[stage].filter(({ atMs }) => atMs > nowMs - windowMs);
    this.samples[stage] = kept;
    const sorted = kept.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
    return { count: sorted.length, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
  }

  /** How many of the window's documents had been held. */
  waitedCount(nowMs: number): number {
    return [...this.waitedAt.values()].filter((atMs) => atMs > nowMs - windowMs).length;
  }

  private join(stage: FreshnessStage, documentId: string): void {
    const arrivedMs = this.arrivals.get(documentId);
    const atMs = this.reached[stage].get(documentId);
    if (arrivedMs === undefined || atMs === undefined) return;
    const samples = this.samples[stage];
    samples.push({ atMs, tookMs: Math.max(0, atMs - arrivedMs) });
    if (samples.length > samplesMax) samples.splice(0, samples.length - samplesMax);
  }
}

/** The oldest ones are forgotten. */
function remember(map: Map<string, number>, key: string, value: number): void {
  map.set(key, value);
  if (map.size <= openMax) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
