/** The stages through which a receipt goes; `days` are the sums that reports are answered from. */
export type Stage = 'documents' | 'receipts' | 'movements' | 'balances' | 'report' | 'bi' | 'days';

/** Two stages that do not agree, as near to the line as they can be told apart. */
export interface Difference {
  readonly storeId: string;
  /** Null where a balance is meant, which has no day. */
  readonly businessDate: string | null;
  readonly documentId: string | null;
  readonly lineNo: number | null;
  /** What is compared: `presence`, `documentHash`, `amountKopecks`, `stockMilli:<product>`, … */
  readonly field: string;
  readonly stage: Stage;
  readonly value: string | null;
  /** The stage that it is compared with, and what it says. */
  readonly against: Stage;
  readonly expected: string | null;
}

/** What all stages hold of a store and business date, for people. */
export interface ProvedDay {
  readonly storeId: string;
  readonly businessDate: string;
  readonly documents: number;
  readonly receipts: number;
  readonly lines: number;
  readonly linesMoving: number;
  readonly linesMoved: number;
  readonly reportLines: number;
  /** Null where rows for BI are switched off. */
  readonly biLines: number | null;
  readonly amountKopecks: number;
}

export function describeDifference(one: Difference): string {
  const place = [
    one.storeId,
    one.businessDate,
    one.documentId,
    one.lineNo === null ? null : `line ${String(one.lineNo)}`,
  ].filter((part) => part !== null);
  const said = (stage: Stage, value: string | null): string => `${stage} ${value ?? 'nothing'}`;
  return `${place.join(' ')}: ${one.field}: ${said(one.stage, one.value)}, ${said(one.against, one.expected)}`;
}
