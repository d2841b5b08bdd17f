/**
 * What a run came to. A document is *usable* when the simulator expects it to be accepted; *acknowledged* when the
 * platform answered `accepted` or `held` for its line. All counts are of documents unless they say otherwise.
 */
export interface AuditReport {
  /** Distinct lines sent, repeats left out. */
  readonly documentsSent: number;
  /** Of these, lines that were answered `accepted`, `held` or `rejected`. */
  readonly documentsAcked: number;
  /** Identical bytes sent again, by plan or because no answer came. */
  readonly repeatsSent: number;
  /** Requests of which nothing was taken, to be sent again: too many of one sender (429), too much in all (503). */
  readonly requestsRefusedBusy: number;
  readonly requestsRefusedOverloaded: number;
  /** Acknowledged usable documents absent from any of archive, documents, receipts, movements; refused ones too. */
  readonly lost: number;
  /** Documents archived, registered, decided or posted more than once, and documents that nobody sent. */
  readonly doubled: number;
  /**
   * Rows of ingestion's quarantine in any state: refused lines of authenticated senders and documents that were ever
   * held, released ones included. Equal bytes are one row however often they came.
   */
  readonly quarantined: number;
  readonly expectedQuarantined: number;
  /** Held documents that still wait: open rows whose reason is one for holding. */
  readonly held: number;
  readonly expectedHeld: number;
  /** Rows held as a second document under the name of another. */
  readonly conflicts: number;
  readonly expectedConflicts: number;
  /** Holes in the numbers of registers that the platform names, and those that the simulator made for ever. */
  readonly gapsOpen: number;
  readonly expectedGapsOpen: number;
  /** Holes that are one and not the other. */
  readonly gapMismatches: number;
  /** Documents that registers had passed over, and of these those that the platform asked for. */
  readonly documentsForgotten: number;
  readonly documentsRecalled: number;
  /** Close reports that are compared otherwise than they should be. */
  readonly closeReportMismatches: number;
  /** Lines of acknowledged sales and returns, voided ones left out. */
  readonly linesTotal: number;
  /** Lines that move stock and stand on unmatched products at the end. */
  readonly linesUnmatched: number;
  readonly expectedLinesUnmatched: number;
  /** Lines whose effect on the stock waits for a person, as decided last. */
  readonly linesUndecided: number;
  readonly expectedLinesUndecided: number;
  /** Lines whose effect on the stock or recognition is decided otherwise than it should be. */
  readonly meaningMismatches: number;
  /** Documents of which a line moves another quantity than it should. */
  readonly movementMismatches: number;
  /** Keys of store, location and product whose balance differs from the truth by movements, topic or API. */
  readonly balanceMismatches: number;
  /** Differences between the platform's reports and the truth, added up: turnover, payments, VAT, by key. */
  readonly reportMismatchesKopecks: number;
  /** Counts of receipts and purchases that differ, by store, date and register. */
  readonly reportCountMismatches: number;
  /** From the acknowledgement to the recorded movement. null when nothing moved. */
  readonly freshnessMsP50: number | null;
  readonly freshnessMsP99: number | null;
  /** From the acknowledgement until reporting was seen to hold the receipt; null when it was not watched. */
  readonly freshnessReportMsP50: number | null;
  readonly freshnessReportMsP99: number | null;
  /** From the acknowledgement to the first row on the topic for BI; null where it is switched off. */
  readonly freshnessBiMsP50: number | null;
  readonly freshnessBiMsP99: number | null;
  /** From the first call of the simulator until the platform was at rest. */
  readonly durationS: number;
  /** Acknowledged usable documents that post nothing, by kind. */
  readonly carried: Readonly<Record<string, number>>;
  /** Records on public topics that hold a personal value of the simulator's. */
  readonly personalDataLeaks: number;
  /** Missing, repeated with other bytes, or misnumbered events and movements. */
  readonly streamFaults: number;
  /** Open rows in the quarantine of services other than ingestion. */
  readonly consumerQuarantined: number;
  /** Everything was at rest when it was compared, and the run had sent all it had. */
  readonly settled: boolean;
}

/** Whether everything that was checked holds. */
export function reportHolds(report: AuditReport): boolean {
  return (
    report.settled &&
    report.lost === 0 &&
    report.doubled === 0 &&
    report.gapsOpen === report.expectedGapsOpen &&
    report.gapMismatches === 0 &&
    report.documentsRecalled === report.documentsForgotten &&
    report.closeReportMismatches === 0 &&
    report.linesUndecided === report.expectedLinesUndecided &&
    report.meaningMismatches === 0 &&
    report.movementMismatches === 0 &&
    report.balanceMismatches === 0 &&
    report.reportMismatchesKopecks === 0 &&
    report.reportCountMismatches === 0 &&
    report.quarantined === report.expectedQuarantined &&
    report.held === report.expectedHeld &&
    report.conflicts === report.expectedConflicts &&
    report.linesUnmatched === report.expectedLinesUnmatched &&
    report.personalDataLeaks === 0 &&
    report.streamFaults === 0 &&
    report.consumerQuarantined === 0
  );
}
