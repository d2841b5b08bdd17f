import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { decisionEvent, receiptEvent } from './receipt-events';
import type { TestLine, TestReceipt } from './receipt-events';
import type { StandingReceipt } from './report-oracle';

export type Random = () => number;

interface Standing {
  seq: number;
  receipt: TestReceipt;
  stands: boolean;
  revision: number;
  decisionNo: number;
}

const RECOGNITIONS = [
  'sale',
  'sale',
  'sale',
  'transferAgainstAdvance',
  'credit',
  'advance',
  'creditPayment',
  'agent',
  'none',
];
const RATES = ['10', '20', '22', '20/120', 'none', '0', '5', 'unknown'];
const ORIGINS = ['till', 'promotion', 'coupon', 'loyalty club'];
const PAYMENTS = [
  { fiscalKind: 'cash' },
  { fiscalKind: 'electronic', instrument: 'card' },
  { fiscalKind: 'electronic', instrument: 'sbp' },
  { fiscalKind: 'prepaid' },
] as const;

/** A store's stream of random receipts with what becomes of them: revisions, decisions, withdrawals. */
export class RandomTrade {
  private readonly receipts: Standing[] = [];
  private lastSeq = 0;

  constructor(
    private readonly storeNo: number,
    private readonly random: Random,
  ) {}

  get standing(): readonly StandingReceipt[] {
    return this.receipts;
  }

  next(): StreamEvent {
    this.lastSeq += 1;
    const known = this.receipts[this.upTo(this.receipts.length) - 1];
    const roll = this.random();
    if (known === undefined || roll < 0.6) return this.register();
    if (roll < 0.75 && known.receipt.lines.length > 0) return this.decide(known);
    return this.revise(known);
  }

  private register(): StreamEvent {
    const receipt = this.receipt();
    this.receipts.push({ seq: this.lastSeq, receipt, stands: true, revision: 1, decisionNo: 0 });
    return receiptEvent(receipt, { seq: this.lastSeq });
  }

  private decide(known: Standing): StreamEvent {
    const changed = known.receipt.lines
      .filter(() => this.random() < 0.5)
      .map((line) => ({ ...line, productNo: this.upTo(9), recognition: this.of(RECOGNITIONS) }));
    const [first] = known.receipt.lines;
    const lines = changed.length > 0 || first === undefined ? changed : [first];
    known.decisionNo += 1;
    const byNumber = new Map(lines.map((line) => [line.lineNo, line]));
    const all = known.receipt.lines.map((line) => byNumber.get(line.lineNo) ?? line);
    const businessDate = this.random() < 0.2 ? '2026-03-05' : known.receipt.businessDate;
    const mends = this.random() < 0.2;
    known.receipt = { ...known.receipt, lines: all, businessDate, mends: mends || known.receipt.mends };
    const { seq: receiptSeq, revision, decisionNo } = known;
    return decisionEvent(
      { storeNo: this.storeNo, lines, businessDate, mends },
      { seq: this.lastSeq, receiptSeq, revision, decisionNo },
    );
  }

  private revise(known: Standing): StreamEvent {
    known.revision += 1;
    const kind = this.of(['bound', 'enriched', 'enriched', 'withdrawn', 'merged']);
    known.stands = kind !== 'withdrawn' && kind !== 'merged';
    if (kind === 'enriched') known.receipt = this.receipt();
    return receiptEvent(known.receipt, {
      seq: this.lastSeq,
      receiptSeq: known.seq,
      revision: known.revision,
      revisionKind: kind,
    });
  }

  private receipt(): TestReceipt {
    const lines = Array.from({ length: this.upTo(5) - 1 }, (_, index) => this.line(index + 1));
    const sum = lines.reduce((total, line) => total + (line.voided ? 0 : line.amountKopecks), 0);
    const roundingKopecks = this.random() < 0.2 ? sum % 100 : 0;
    const totalKopecks = lines.length === 0 ? this.upTo(500) * 100 : sum - roundingKopecks;
    const date = `2026-03-${String(this.upTo(3)).padStart(2, '0')}`;
    return {
      storeNo: this.storeNo,
      registerNo: this.storeNo * 10 + this.upTo(2),
      cashier: this.of(['c-1', 'c-2', null]),
      legalEntityId: this.of(['romashka', 'romashka', 'vasilek']),
      operation: this.of(['sale', 'sale', 'sale', 'sale', 'return', 'return', 'buy', 'buyReturn'] as const),
      mends: this.random() < 0.1,
      completed: this.random() < 0.93,
      businessDate: date,
      localDate: this.random() < 0.1 ? '2026-04-01' : date,
      totalKopecks,
      roundingKopecks,
      operationId: this.random() < 0.3 ? `op-${String(this.upTo(12))}` : null,
      shift: this.random() < 0.9 ? this.upTo(3) : null,
      payments: this.payments(totalKopecks),
      vatTotals: this.random() < 0.4 ? this.vatTotals(lines) : null,
      lines,
    };
  }

  private line(lineNo: number): TestLine {
    const amountKopecks = this.upTo(50_000);
    return {
      lineNo,
      productNo: this.upTo(9),
      quantityMilli: this.upTo(3) * 1000,
      amountKopecks,
      recognition: this.of(RECOGNITIONS),
      vatRate: this.of(RATES),
      vatKopecks: this.random() < 0.5 ? null : Math.floor(amountKopecks / 11),
      discountKopecks: this.random() < 0.2 ? this.upTo(900) : 0,
      voided: this.random() < 0.1,
      discountOrigin: this.of(ORIGINS),
    };
  }

  private payments(totalKopecks: number) {
    const first = Math.floor(totalKopecks * this.random());
    return [first, totalKopecks - first]
      .filter((amountKopecks) => amountKopecks > 0)
      .map((amountKopecks) => ({ ...this.of(PAYMENTS), amountKopecks }));
  }

  private vatTotals(lines: readonly TestLine[]) {
    const rates = new Set(lines.map(({ vatRate }) => vatRate));
    return [...rates].map((rate) => ({ rate, amountKopecks: this.upTo(5_000) }));
  }

  /** A whole number from 1 to `max`; 0 when there is none. */
  private upTo(max: number): number {
    return max === 0 ? 0 : 1 + Math.floor(this.random() * max);
  }

  private of<const Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.random() * items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }
}
