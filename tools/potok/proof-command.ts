import { tableOf } from '@potok/cli/output';
import type { AddCommand } from '@potok/cli/program';
import { describeDifference } from '@potok/proof-audit/conservation/difference';
import type { ProvedDay } from '@potok/proof-audit/conservation/difference';
import { proveChain } from '@potok/proof-audit/conservation/prove-chain';
import type { ChainProof } from '@potok/proof-audit/conservation/prove-chain';
import { StageReader } from '@potok/proof-audit/conservation/stage-reader';

interface ProofOptions {
  readonly store?: readonly string[];
  readonly days: boolean;
}

const SHOWN_MAX = 200;
const PROGRESS_EVERY_MS = 5_000;

/** `npm run potok -- proof run`: the proof drives the services through their interfaces, as any operator could. */
export const addProofCommands: AddCommand = (program, register) => {
  const group = program.command('proof').description('that every stage holds the same of every receipt');
  const run = group
    .command('run')
    .description('compares documents, receipts, movements, balances, reports and rows for BI, line by line')
    .option('--store <id...>', 'these stores alone')
    .option('--days', 'show what stands of each store and day', false)
    .addHelpText(
      'after',
      `
Reads what every service has stored, not what it has published. Exit code 1 when anything differs; each difference is
named to the line.

Examples:
  npm run potok -- proof run
  npm run potok -- proof run --store store-0007 --days --json proof.json`,
    );
  register(run, (command) => async ({ client, output }) => {
    const { store, days } = command.opts<ProofOptions>();
    let said = 'reading the stores';
    const timer = setInterval(() => {
      output.status(`${said}\n`);
    }, PROGRESS_EVERY_MS);
    const proof = await proveChain({
      reader: new StageReader((_service, path) => client.getText(path)),
      storeIds: store ?? null,
      progress: (done, of) => {
        said = `${String(done)} of ${String(of)} stores`;
      },
    }).finally(() => {
      clearInterval(timer);
    });
    return { report: proof, lines: linesOf(proof, days), passed: holds(proof) };
  });
};

function holds({ differences, unproved }: ChainProof): boolean {
  return differences.length === 0 && unproved.length === 0;
}

function linesOf(proof: ChainProof, showDays: boolean): string[] {
  const { stores, receipts, lines, days, differences, unproved } = proof;
  const more = differences.length - SHOWN_MAX;
  return [
    ...(showDays ? [...daysTable(days), ''] : []),
    ...differences.slice(0, SHOWN_MAX).map(describeDifference),
    ...(more > 0 ? [`and ${String(more)} more: --json holds all`] : []),
    ...unproved.map((reason) => `not proved: ${reason}`),
    `${String(stores)} stores, ${String(receipts)} receipts, ${String(lines)} lines: ${String(differences.length)} differences`,
  ];
}

function daysTable(days: readonly ProvedDay[]): string[] {
  return tableOf(
    ['STORE', 'DAY', 'DOCUMENTS', 'RECEIPTS', 'LINES', 'MOVING', 'MOVED', 'REPORT', 'BI'],
    days.map((day) => [
      day.storeId,
      day.businessDate,
      day.documents,
      day.receipts,
      day.lines,
      day.linesMoving,
      day.linesMoved,
      day.reportLines,
      day.biLines ?? '-',
    ]),
  );
}
