import type { Command } from 'commander';
import { deliver, openApi, table, withCommonOptions } from './command-line';
import type { CommandLine, CommonOptions } from './command-line';

/** Where a quarantine is: each service has its own. */
const SERVICES = 'ingestion, nomenclature or stock';

interface Entry {
  readonly entryId: string;
  readonly source: string;
  readonly reason: string;
  readonly state: string;
  readonly count: number;
  readonly subjectKey: string | null;
  readonly lastSeenAt: string;
}

interface ListOptions extends CommonOptions {
  readonly state: string;
  readonly limit: string;
}

/** `quarantine list|show|redrive SERVICE …`. */
export function addQuarantine(program: Command, line: CommandLine, end: (exitCode: number) => void): void {
  const nouns = program
    .command('quarantine')
    .description('Inputs that were rejected, held, or could not be applied');
  withCommonOptions(
    nouns
      .command('list')
      .argument('<service>', SERVICES)
      .option('--state <state>', 'open, redriven or dismissed', 'open')
      .option('--limit <n>', 'at most this many, newest first', '100'),
  ).action(async (service: string, options: ListOptions) => {
    const query = new URLSearchParams({ state: options.state, limit: options.limit });
    const report = await openApi(line, options).get<{ entries: readonly Entry[] }>(
      `/v1/${encodeURIComponent(service)}/quarantine?${query.toString()}`,
    );
    end(deliver(line, options, { report, text: listText(report.entries), holds: true }));
  });
  withCommonOptions(nouns.command('show').argument('<service>', SERVICES).argument('<entryId>')).action(
    async (service: string, entryId: string, options: CommonOptions) => {
      const report = await openApi(line, options).get<object>(entryPath(service, entryId));
      end(deliver(line, options, { report, text: JSON.stringify(report, null, 2), holds: true }));
    },
  );
  withCommonOptions(nouns.command('redrive').argument('<service>', SERVICES).argument('<entryId>')).action(
    async (service: string, entryId: string, options: CommonOptions) => {
      const report = await openApi(line, options).post<RedriveAnswer>(
        `${entryPath(service, entryId)}/redrive`,
      );
      const holds = (report.results ?? []).every((result) => result.outcome === 'applied');
      end(deliver(line, options, { report, text: JSON.stringify(report), holds }));
    },
  );
}

interface RedriveAnswer {
  readonly results?: readonly { readonly outcome: string }[];
}

function entryPath(service: string, entryId: string): string {
  return `/v1/${encodeURIComponent(service)}/quarantine/${encodeURIComponent(entryId)}`;
}

function listText(entries: readonly Entry[]): string {
  return table(
    ['entry', 'last seen', 'source', 'reason', 'state', 'count', 'subject'],
    entries.map((entry) => [
      entry.entryId,
      entry.lastSeenAt,
      entry.source,
      entry.reason,
      entry.state,
      String(entry.count),
      entry.subjectKey ?? '',
    ]),
  );
}
