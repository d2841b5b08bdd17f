import { balanceV1 } from './balance.v1';
import { movementsPostedV1 } from './movements-posted.v1';
import * as http from './stock-http';
import { balancesTopic, movementsTopic } from './topics';

/** What the generator derives validators, JSON Schemas and the topic list from. */
export const topics = [movementsTopic, balancesTopic];
export const events = [movementsPostedV1, balanceV1];
export const schemas = {
  postDelivery: http.postDelivery,
  deliveryAnswer: http.deliveryAnswer,
  balancesAnswer: http.balancesAnswer,
  movementsAnswer: http.movementsAnswer,
  explanation: http.explanation,
};
