import type { SimulatedStore } from '../chain/chain';
import type { Cashier } from '../chain/people';
import type { SimulatedRegister } from '../chain/registers';
import type { SeededRandom } from '../random/seeded-random';
import type { Operation } from '../truth/receipt-facts';
import { addDays, localMinute } from './arrivals';
import type { Payer } from './payments';
import type { SentDocument } from './sent-document';

interface DriveState {
  readonly series: string;
  nextNumber: number;
  shiftNumber: number;
  /** Receipts (1042) and fiscal documents of the open shift. */
  receipts: number;
  documents: number;
  openedAtLocal: string | null;
  /** What the ФН has counted in the open shift (1194), by operation. */
  counters: Map<Operation, ShiftCounter>;
  /** The last document will never be sent, or only when it is asked for. */
  lastIsMissing: boolean;
  /** Of the open shift, or of the one that was closed last: a document of it will never come, or not be read. */
  shiftIsIncomplete: boolean;
}

export interface ShiftCounter {
  receiptCount: number;
  totalKopecks: number;
  cashKopecks: number;
  electronicKopecks: number;
}

const operations: readonly Operation[] = ['sale', 'return', 'buy', 'buyReturn'];

export interface FiscalDocument {
  readonly series: string;
  readonly number: number;
  readonly fpd: string;
}

/** A register at work: counts what its ФН counts. */
export class Till {
  cashier: Cashier;
  private readonly drives: readonly DriveState[];
  private current = 0;
  private nextAgentNumber = 1;
  private nextCloudId = 1;

  constructor(
    readonly store: SimulatedStore,
    readonly register: SimulatedRegister,
    private readonly random: SeededRandom,
  ) {
    this.cashier = random.pick(store.cashiers);
    this.drives = [
      ...register.drives,
      ...(register.trainingDrive === null ? [] : [register.trainingDrive]),
    ].map((series, index) => ({
      series,
      nextNumber: index === 0 ? random.between(40, 60_000) : 2,
      shiftNumber: index === 0 ? random.between(3, 700) : 0,
      receipts: 0,
      documents: 0,
      openedAtLocal: null,
      counters: new Map(),
      lastIsMissing: false,
      shiftIsIncomplete: false,
    }));
  }

  /** Goes on with another ФН: a replacement, a second device, the training drive. */
  useDrive(series: string | null | undefined): void {
    const index = this.drives.findIndex((drive) => drive.series === series);
    if (index < 0) throw new Error(`${this.register.registerId} has no ФН ${String(series)}`);
    this.current = index;
  }

  get driveSeries(): string {
    return this.drive.series;
  }

  get shiftIsOpen(): boolean {
    return this.drive.openedAtLocal !== null;
  }

  get shiftCounts(): { readonly receipts: number; readonly documents: number } {
    return this.drive;
  }

  /** Date and second as the register's own clock shows them. */
  clock(date: string, second: number): string {
    if (this.register.trait !== 'fastClock') return localMinute(date, second);
    const shown = second + 3600;
    return shown < 86_400 ? localMinute(date, shown) : localMinute(addDays(date, 1), shown - 86_400);
  }

  beginShift(openedAtLocal: string): void {
    this.cashier = this.random.pick(this.store.cashiers);
    Object.assign(this.drive, {
      shiftNumber: this.drive.shiftNumber + 1,
      receipts: 0,
      documents: 0,
      openedAtLocal,
      shiftIsIncomplete: false,
      counters: new Map(operations.map((operation) => [operation, noReceipts()])),
    });
  }

  endShift(): void {
    this.drive.openedAtLocal = null;
  }

  /** The next document of the ФН: every form takes a number, receipts take one within the shift too. */
  nextFiscal(form: 'receipt' | 'report'): FiscalDocument {
    const { drive } = this;
    const number = drive.nextNumber;
    drive.nextNumber += 1;
    drive.documents += 1;
    if (form === 'receipt') drive.receipts += 1;
    drive.lastIsMissing = false;
    return { series: drive.series, number, fpd: this.random.digits(10) };
  }

  countReceipt(operation: Operation, { totalKopecks, payments }: Payer): void {
    const counter = this.drive.counters.get(operation) ?? noReceipts();
    counter.receiptCount += 1;
    counter.totalKopecks += totalKopecks;
    for (const { fiscalKind, amountKopecks } of payments) {
      if (fiscalKind === 'cash') counter.cashKopecks += amountKopecks;
      if (fiscalKind === 'electronic') counter.electronicKopecks += amountKopecks;
    }
  }

  /** The counters of the open shift, by operation. */
  get counters(): ReadonlyMap<Operation, Readonly<ShiftCounter>> {
    return this.drive.counters;
  }

  /** A document of the shift that is open in this ФН cannot be read: its counters cannot be compared. */
  cannotBeRead(series: string): void {
    const drive = this.drives.find((one) => one.series === series);
    if (drive !== undefined) drive.shiftIsIncomplete = true;
  }

  get lastIsMissing(): boolean {
    return this.drive.lastIsMissing;
  }

  get shiftIsIncomplete(): boolean {
    return this.drive.shiftIsIncomplete;
  }

  /** The last document will not be sent of itself, or never. */
  missLast(forEver: boolean): void {
    this.drive.lastIsMissing = true;
    if (forEver) this.drive.shiftIsIncomplete = true;
  }

  /** What every document of the ФН states of itself; call it after `nextFiscal`. */
  fiscalHead(
    fiscal: FiscalDocument,
    form: 'receipt' | 'report',
  ): Partial<SentDocument> & { identities: SentDocument['identities'] } {
    const { register, store, drive } = this;
    return {
      ...(store.credentials === 'registers' ? {} : { registerId: register.registerId }),
      identities: [{ scheme: 'fn', series: fiscal.series, number: fiscal.number }],
      shift: { number: drive.shiftNumber, ...(form === 'receipt' ? { receiptNumber: drive.receipts } : {}) },
      ...(drive.openedAtLocal === null ? {} : { shiftOpenedAtLocal: drive.openedAtLocal }),
      fiscal: {
        fpd: fiscal.fpd,
        ffdVersion: register.ffdVersion,
        taxation: 1,
        registrationNumber: register.registrationNumber.padEnd(20, ' '),
        deviceSerial: register.deviceSerial,
      },
      cashier: { ...this.cashier, role: 'Кассир' },
    };
  }

  /** What a document without ФД number states of itself. */
  agentHead(): Partial<SentDocument> & { identities: SentDocument['identities'] } {
    const number = this.nextAgentNumber;
    this.nextAgentNumber += 1;
    return {
      ...(this.store.credentials === 'registers' ? {} : { registerId: this.register.registerId }),
      identities: [{ scheme: 'agent', series: this.register.agentSeries, number }],
      cashier: { ...this.cashier },
    };
  }

  /** The cloud's own id of the next receipt. */
  nextCloudIdentity(): SentDocument['identities'][number] {
    const series = this.register.cloudSeries;
    if (series === null) throw new Error(`${this.register.registerId} has no cloud`);
    const opaqueId = `${this.random.hex(8)}-${String(this.nextCloudId).padStart(6, '0')}`;
    this.nextCloudId += 1;
    return { scheme: 'evotor', series, opaqueId };
  }

  private get drive(): DriveState {
    const drive = this.drives[this.current];
    if (drive === undefined) throw new Error('no ФН in use');
    return drive;
  }
}

function noReceipts(): ShiftCounter {
  return { receiptCount: 0, totalKopecks: 0, cashKopecks: 0, electronicKopecks: 0 };
}
