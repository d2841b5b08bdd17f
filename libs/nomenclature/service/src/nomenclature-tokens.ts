/** Injection tokens of the nomenclature module. */
export const NOMENCLATURE_PRODUCTS = Symbol('nomenclature: products query');
export const NOMENCLATURE_UPSERT = Symbol('nomenclature: upsert handler');
export const NOMENCLATURE_DECISIONS = Symbol('nomenclature: decisions handler');
export const NOMENCLATURE_OPERATIONS = Symbol('nomenclature: operations');
