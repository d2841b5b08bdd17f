import * as completeness from './completeness-http';
import { completenessStatedV1 } from './completeness-stated.v1';
import { documentRegisteredV1 } from './document-registered.v1';
import { documentRevisedV1 } from './document-revised.v1';
import * as decisions from './decisions-http';
import * as http from './ingestion-http';
import { registerDocument } from './register-document';
import { completenessTopic, documentsTopic, inboxTopic } from './topics';

/** What the generator derives validators, JSON Schemas and the topic list from. */
export const topics = [inboxTopic, documentsTopic, completenessTopic];
export const events = [documentRegisteredV1, documentRevisedV1, completenessStatedV1];
export const schemas = {
  registerDocument,
  sendAnswer: http.sendAnswer,
  seriesStatus: http.seriesStatus,
  opaqueStatusRequest: http.opaqueStatusRequest,
  opaqueStatus: http.opaqueStatus,
  documentView: http.documentView,
  conflictList: decisions.conflictList,
  conflictView: decisions.conflictView,
  postDecision: decisions.postDecision,
  decisionView: decisions.decisionView,
  postMerge: decisions.postMerge,
  mergeAnswer: decisions.mergeAnswer,
  postWithdrawal: decisions.postWithdrawal,
  documentHistory: decisions.documentHistory,
  postRemap: decisions.postRemap,
  remapView: decisions.remapView,
  heartbeat: completeness.heartbeat,
  heartbeatAnswer: completeness.heartbeatAnswer,
  resendRequests: completeness.resendRequests,
  registerCompleteness: completeness.registerCompleteness,
  storeCompleteness: completeness.storeCompleteness,
  chainCompleteness: completeness.chainCompleteness,
  holesAnswer: completeness.holesAnswer,
  shiftsAnswer: completeness.shiftsAnswer,
};
