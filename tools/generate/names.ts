import type { DeclaredEvent } from './load-catalogues';

/** `stock-moved` → `StockMoved`, `registerDocument` → `RegisterDocument`. */
export function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** `registerDocument` → `register-document`. */
export function kebabCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/** `retail.stock.stock-moved`, version 1 → `validateStockMovedV1`: the last word names it inside its context. */
export function eventValidatorName(event: DeclaredEvent): string {
  const lastWord = event.name.slice(event.name.lastIndexOf('.') + 1);
  return `validate${pascalCase(lastWord)}V${String(event.version)}`;
}

export function schemaValidatorName(schemaName: string): string {
  return `validate${pascalCase(schemaName)}`;
}
