/**
 * `npm run generate` derives from the contracts everything that must agree with them, `--check` exits 1 when a
 * committed file is stale, 2 on bad arguments.
 *
 * It looks for `libs/<context>/contracts/src/catalogue.ts`, which exports (each optional):
 *   topics   `[…]`: the topics that this context's service owns
 *   events   `[…]`: results of `declareEvent`, each also exported by a module of the contracts
 *   tables   `[…]`: topics of flat rows, and how they are kept as tables
 *   schemas  `{ name: zodSchema, … }`: HTTP bodies, canonical documents, whatever else wants a compiled validator
 *
 * and writes
 *   libs/<context>/contracts/src/generated/validators.{js,d.ts}   one type guard per event (`validateStockMovedV1`
 *       for event `retail.stock.stock-moved`, version 1) and per schema (`validatePutStore` for `putStore`)
 *   docs/reference/schemas/<event>.v<N>.json, docs/reference/schemas/http/<schema>.json   JSON Schema 2020-12
 *   docs/reference/topics.json, docs/reference/topics.md
 *   docs/reference/{configuration,errors,metrics}.md   of what the libraries declare: fields, problems, metrics
 *   docs/reference/openapi/<app>.json, docs/reference/http.md   of the routes
 *   deploy/bi/{clickhouse,duckdb}/<table>.sql, docs/reference/bi.md   of the tables that a catalogue lists for BI
 *
 * A contract that breaks a rule (an example that does not fit its schema, a topic nobody declared …) stops the
 * generator, every problem named at once. A field of an event without a description fails `--check`.
 */
import { checkCatalogues, findUndescribed } from './generate/check-catalogues';
import { findDeclarations } from './generate/find-declarations';
import { loadCatalogues } from './generate/load-catalogues';
import { compareOutputs, writeOutputs } from './generate/outputs';
import type { OutputFile } from './generate/outputs';
import { renderBiTables } from './generate/render-bi-tables';
import { readOpenApi } from './generate/read-openapi';
import { renderDeclarations } from './generate/render-declarations';
import { renderHttp } from './generate/render-http';
import { renderReference } from './generate/render-reference';
import { renderValidators } from './generate/render-validators';
import { repositoryRoot } from './generate/repository';

const USAGE = 'usage: npm run generate [-- --check]\n';

export interface Generation {
  readonly outputs: OutputFile[];
  /** Broken rules: nothing is written. */
  readonly problems: string[];
  /** Fields without a description: written all the same, but `--check` fails. */
  readonly undescribed: string[];
}

export async function generate(root: string): Promise<Generation> {
  const catalogues = await loadCatalogues(root);
  const problems = checkCatalogues(catalogues);
  if (problems.length > 0) return { outputs: [], problems, undescribed: [] };
  const outputs = [
    ...renderValidators(catalogues),
    ...renderReference(catalogues),
    ...renderBiTables(catalogues),
    ...renderDeclarations(await findDeclarations(root)),
    ...renderHttp(await readOpenApi()),
  ];
  return { outputs, problems, undescribed: findUndescribed(catalogues) };
}

async function main(parameters: readonly string[]): Promise<number> {
  if (parameters.some((parameter) => parameter !== '--check')) {
    process.stderr.write(USAGE);
    return 2;
  }
  const root = repositoryRoot(__dirname);
  const generation = await generate(root);
  if (generation.problems.length > 0) {
    report('the contracts break rules', generation.problems);
    return 1;
  }
  return parameters.includes('--check') ? check(root, generation) : write(root, generation);
}

function write(root: string, { outputs, undescribed }: Generation): number {
  const changed = writeOutputs(root, outputs);
  process.stderr.write(`${String(outputs.length)} generated files, ${String(changed.length)} changed\n`);
  if (undescribed.length > 0) {
    process.stderr.write(
      `${String(undescribed.length)} fields have no description; --check lists and refuses them\n`,
    );
  }
  return 0;
}

function check(root: string, { outputs, undescribed }: Generation): number {
  const stale = compareOutputs(root, outputs);
  if (stale.length > 0) report('stale, run `npm run generate` and commit', stale);
  if (undescribed.length > 0) report('the contracts leave fields without words', undescribed);
  return stale.length + undescribed.length === 0 ? 0 : 1;
}

function report(what: string, lines: readonly string[]): void {
  process.stderr.write(`${what}:\n  ${lines.join('\n  ')}\n`);
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((exitCode) => {
    process.exitCode = exitCode;
  });
}
