import type { Command } from 'commander';
import { Option } from 'commander';
import type { Register } from '../program';
import type { Delimiter, Encoding } from './csv-reader';
import { importLines, importProducts } from './import-products';

const DELIMITERS: Readonly<Record<string, Delimiter>> = {
  ';': ';',
  semicolon: ';',
  ',': ',',
  comma: ',',
  tab: '\t',
};

export function addImportCommands(program: Command, register: Register): void {
  const group = program.command('import').description('bring data into the platform');
  const products = group
    .command('products')
    .description('create and change products from a CSV file')
    .argument('<file>', 'CSV with a header, in Russian or English')
    .addOption(
      new Option('--delimiter <delimiter>', 'what separates the cells')
        .choices(['auto', ...Object.keys(DELIMITERS)])
        .default('auto'),
    )
    .addOption(
      new Option('--encoding <encoding>', 'of the file')
        .choices(['auto', 'utf8', 'cp1251', 'utf16'])
        .default('auto'),
    )
    .option('--dry-run', 'check the file, send nothing')
    .addHelpText(
      'after',
      `
Columns: код, артикул, наименование, штрихкод, единица, ставка НДС, цена, категория, бренд, весовой, маркируемый
     or: productId, article, name, barcode, unit, vatRate, price, category, brand, weighed, marked
Several barcodes of a product are separated by | or a comma. An empty cell changes nothing.
Rejected rows are written to FILE.rejected.csv with their reasons; mended there, they can be imported again.

Examples:
  npm run potok -- import products products.csv --dry-run
  npm run potok -- import products выгрузка.csv --encoding cp1251 --delimiter ";"`,
    );
  register(products, (command) => async ({ client, output }) => {
    const options = command.opts<{ delimiter: string; encoding: Encoding | 'auto'; dryRun?: boolean }>();
    const delimiter = DELIMITERS[options.delimiter];
    const dialect = {
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(options.encoding === 'auto' ? {} : { encoding: options.encoding }),
    };
    const file = String(command.args[0]);
    const report = await importProducts(client, { file, dialect, dryRun: options.dryRun === true }, output);
    return { report, lines: importLines(report), passed: report.rejected === 0 };
  });
}
