import type { HoleView } from '@potok/ingestion-contracts/completeness-http';
import type { GapFact } from '@potok/proof-simulator/sender/run-log';
import type { CompletenessBook } from './completeness-book';
import type { Expectations } from './expectations';
import type { Faults } from './faults';

/** Missing numbers of a series that stand together. */
export interface Gap {
  /** `scheme|series`. */
  readonly series: string;
  readonly from: number;
  readonly to: number;
}

/** What was never sent, neighbours joined. */
export function expectedGaps(facts: readonly GapFact[]): Gap[] {
  const numbers = facts
    .map(({ identity }) => {
      const [scheme = '', series = '', number] = identity.split('|');
      return { series: `${scheme}|${series}`, number: Number(number) };
    })
    .sort((a, b) => (a.series === b.series ? a.number - b.number : a.series < b.series ? -1 : 1));
  const gaps: Gap[] = [];
  for (const { series, number } of numbers) {
    const last = gaps.at(-1);
    if (last?.series === series && last.to === number - 1) gaps[gaps.length - 1] = { ...last, to: number };
    else gaps.push({ series, from: number, to: number });
  }
  return gaps;
}

/** Every number that was lost is missed, and no other. */
export function compareGaps(expected: readonly Gap[], open: readonly HoleView[], faults: Faults): void {
  const wanted = new Set(expected.map(nameOf));
  const found = new Set(
    open.map(({ scheme, series, from, to }) => nameOf({ series: `${scheme}|${series}`, from, to })),
  );
  for (const name of wanted) if (!found.has(name)) faults.note('gap', name, 'was lost, and nobody misses it');
  for (const name of found) if (!wanted.has(name)) faults.note('gap', name, 'is missed, and was not lost');
}

function nameOf({ series, from, to }: Gap): string {
  return `${series}|${String(from)}-${String(to)}`;
}

/** Each close report is compared as far as it can be, and its wrong counters are named. */
export function compareCloseReports(
  { documents }: Expectations,
  book: CompletenessBook,
  faults: Faults,
): void {
  for (const { facts } of documents) {
    const { closeReport } = facts;
    if (closeReport === null) continue;
    const { series, shiftNumber, result, differences } = closeReport;
    const report = book.reports.get(`${series}/${String(shiftNumber)}`);
    const wanted = { result, differences: differences.map((difference) => difference.join(' ')).sort() };
    const found = {
      result: report?.result ?? 'missing',
      differences: (report?.differences ?? [])
        .map(({ operation, measure, stated, counted }) =>
          [operation, measure, String(stated), String(counted)].join(' '),
        )
        .sort(),
    };
    if (JSON.stringify(wanted) === JSON.stringify(found)) continue;
    const name = `${facts.key} ${series} shift ${String(shiftNumber)}`;
    faults.note('closeReport', name, `should be ${JSON.stringify(wanted)}, is ${JSON.stringify(found)}`);
  }
}
