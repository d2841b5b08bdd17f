import { linesDecidedV1 } from './lines-decided.v1';
import * as decisions from './decisions-http';
import * as http from './nomenclature-http';
import { productV1 } from './product.v1';
import { receiptRegisteredV1 } from './receipt-registered.v1';
import { receiptRevisedV1 } from './receipt-revised.v1';
import { ruleSetBody } from './rule-set';
import { productsTopic, receiptsTopic } from './topics';

/** What the generator derives validators, JSON Schemas and the topic list from. */
export const topics = [productsTopic, receiptsTopic];
export const events = [productV1, receiptRegisteredV1, receiptRevisedV1, linesDecidedV1];
export const schemas = {
  upsertProduct: http.upsertProduct,
  upsertAnswer: http.upsertAnswer,
  learnBarcode: http.learnBarcode,
  unmatchedView: http.unmatchedView,
  undecidedLine: decisions.undecidedLine,
  unmatchedLine: decisions.unmatchedLine,
  manualDecision: decisions.manualDecision,
  bulkDecision: decisions.bulkDecision,
  decisionResult: decisions.decisionResult,
  ruleSetBody,
};
