/** Injection tokens of the nomenclature module. */
export const NOMENCLATURE_PRODUCTS = Symbol('nomenclature: products query');
export const NOMENCLATURE_UPSERT = Symbol('nomenclature: upsert handler');
export const NOMENCLATURE_DECISIONS = Symbol('nomenclature: decisions handler');
export const NOMENCLATURE_OPERATIONS = Symbol('nomenclature: operations');
export const NOMENCLATURE_LINES = Symbol('nomenclature: lines to decide query');
export const NOMENCLATURE_MANUAL = Symbol('nomenclature: decisions of persons');
export const NOMENCLATURE_DATABASE = Symbol('nomenclature: database');
export const NOMENCLATURE_RULES = Symbol('nomenclature: rule set');
export const NOMENCLATURE_FORGET = Symbol('nomenclature: forget barcode handler');
