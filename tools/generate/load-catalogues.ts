import * as fs from 'node:fs';
import * as path from 'node:path';
import type { EventDeclaration, TopicDeclaration } from '@potok/kernel/contract';
import type { z } from 'zod';

export type DeclaredEvent = EventDeclaration<z.ZodType>;

/** A table that BI keeps of a topic: `libs/reporting/contracts/src/bi-tables.ts` says what its members mean. */
export interface DeclaredBiTable {
  readonly event: DeclaredEvent;
  readonly name: string;
  readonly key: readonly string[];
  readonly version: string;
  readonly deleted: string | null;
  readonly date: string;
}

/** What one context declares, in the order in which its catalogue lists it. */
export interface Catalogue {
  readonly context: string;
  readonly topics: readonly TopicDeclaration[];
  readonly events: readonly CataloguedEvent[];
  readonly schemas: Readonly<Record<string, z.ZodType>>;
  readonly tables: readonly DeclaredBiTable[];
}

/** Where the event's declaration is exported from: its type is read there. */
export interface CataloguedEvent {
  readonly declaration: DeclaredEvent;
  /** `storeV1` in `store.v1`, a module of the context's contracts; null when nothing exports it. */
  readonly exported: { readonly module: string; readonly name: string } | null;
}

interface CatalogueModule {
  readonly topics?: readonly TopicDeclaration[];
  readonly events?: readonly DeclaredEvent[];
  readonly schemas?: Readonly<Record<string, z.ZodType>>;
  readonly tables?: readonly DeclaredBiTable[];
}

/** Every context that has a catalogue, sorted by name. */
export async function loadCatalogues(root: string): Promise<Catalogue[]> {
  const contexts = fs
    .readdirSync(path.join(root, 'libs'))
    .filter((context) => fs.existsSync(path.join(root, 'libs', context, 'contracts/src/catalogue.ts')))
    .sort();
  const catalogues: Catalogue[] = [];
  for (const context of contexts) catalogues.push(await loadCatalogue(root, context));
  return catalogues;
}

async function loadCatalogue(root: string, context: string): Promise<Catalogue> {
  const module = (await loadModule(context, 'catalogue')) as CatalogueModule;
  const homes = await findExports(root, context);
  return {
    context,
    topics: module.topics ?? [],
    events: (module.events ?? []).map((declaration) => ({
      declaration,
      exported: homes.get(declaration) ?? null,
    })),
    schemas: module.schemas ?? {},
    tables: module.tables ?? [],
  };
}

async function findExports(
  root: string,
  context: string,
): Promise<Map<unknown, { module: string; name: string }>> {
  const modules = fs
    .readdirSync(path.join(root, 'libs', context, 'contracts/src'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && file !== 'catalogue.ts')
    .map((file) => path.basename(file, '.ts'))
    .sort();
  const homes = new Map<unknown, { module: string; name: string }>();
  for (const module of modules) {
    for (const [name, value] of Object.entries(await loadModule(context, module))) {
      if (!homes.has(value)) homes.set(value, { module, name });
    }
  }
  return homes;
}

/** Resolved beside the tools themselves, so that sources load sources and compiled files load compiled files. */
async function loadModule(context: string, module: string): Promise<object> {
  return (await import(path.join(__dirname, '../../libs', context, 'contracts/src', module))) as object;
}
