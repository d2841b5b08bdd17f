import type { Command } from 'commander';
import { BadArguments, deliver, openApi, withCommonOptions } from '../command-line';
import type { CommandLine, CommonOptions } from '../command-line';
import { Progress } from '../progress';
import { COLUMN_NAMES } from './columns';
import { importProducts } from './import-products';
import type { ImportReport } from './import-products';

interface Options extends CommonOptions {
  readonly delimiter: string;
  readonly encoding: string;
}

const DELIMITERS: Readonly<Record<string, string>> = { auto: 'auto', tab: '\t', semicolon: ';', comma: ',' };

/** `import products FILE`. */
export function addImportProducts(nouns: Command, line: CommandLine, end: (exitCode: number) => void): void {
  const command = nouns
    .command('products')
    .argument('<file>', 'CSV with a line of headings, plain or .gz')
    .description('Adds and changes products and their barcodes; rejected rows are written beside the file')
    .option('--delimiter <character>', 'auto, tab, or the character itself', 'auto')
    .option('--encoding <name>', 'auto, utf8 or cp1251', 'auto');
  withCommonOptions(command)
    .addHelpText('after', `\nHeadings (case, spaces, dots and hyphens do not matter):\n${headingsHelp()}`)
    .action(async (file: string, options: Options) => {
      const { encoding } = options;
      if (encoding !== 'auto' && encoding !== 'utf8' && encoding !== 'cp1251') {
        throw new BadArguments('--encoding is auto, utf8 or cp1251');
      }
      const delimiter = DELIMITERS[options.delimiter] ?? options.delimiter;
      if (delimiter !== 'auto' && delimiter.length !== 1)
        throw new BadArguments('--delimiter is one character');
      const report = await importProducts(openApi(line, options), new Progress(line.stderr), {
        file,
        delimiter,
        encoding,
      });
      end(deliver(line, options, { report, text: summary(report), holds: report.rejected === 0 }));
    });
}

function summary(report: ImportReport): string {
  const { rows, created, changed, unchanged, barcodesLearned, rejected, unknownColumns } = report;
  const lines = [
    `${String(rows)} rows in ${String(report.durationS)} s: ${String(created)} created, ${String(changed)} changed, ` +
      `${String(unchanged)} unchanged, ${String(barcodesLearned)} barcodes learned, ${String(rejected)} rejected`,
  ];
  if (unknownColumns.length > 0) lines.push(`columns passed over: ${unknownColumns.join(', ')}`);
  if (report.rejectedFile !== null) lines.push(`the rejected rows and why: ${report.rejectedFile}`);
  return lines.join('\n');
}

function headingsHelp(): string {
  return Object.entries(COLUMN_NAMES)
    .map(([column, names]) => `  ${column.padEnd(15)}${names.filter((name) => name !== column).join(', ')}`)
    .join('\n');
}
