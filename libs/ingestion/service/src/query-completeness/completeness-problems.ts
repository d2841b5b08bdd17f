import { declareProblems } from '@potok/platform-http/problem';

export const completenessProblems = declareProblems({
  registerUnknown: {
    status: 404,
    title: 'There is no such register',
    remedy: 'Create the register first, or correct its id.',
  },
  storeUnknown: {
    status: 404,
    title: 'There is no such store',
    remedy: 'Create the store first, or correct its id.',
  },
  nothingStated: {
    status: 404,
    title: 'Nothing was heard of this register yet',
    remedy: 'Let it send documents or a heartbeat; what is stated of it follows within seconds.',
  },
  holeUnknown: {
    status: 404,
    title: 'There is no such hole',
    remedy: 'List the holes: GET /v1/ingestion/holes.',
  },
  holeClosed: {
    status: 409,
    title: 'The hole is closed already',
    remedy: 'Read it again: it says why it was closed.',
  },
  seriesUnknown: {
    status: 404,
    title: 'Nothing is known of this series',
    remedy: 'Correct its name, or register it first.',
  },
});
