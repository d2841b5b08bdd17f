import { declareProblems } from '@potok/platform-http/problem';

export const edgeProblems = declareProblems({
  overloaded: {
    status: 503,
    title: 'Too much is on its way to the broker',
    remedy: 'Keep the documents and send them again after the seconds that Retry-After names.',
  },
  senderBusy: {
    status: 429,
    title: 'This sender has too many requests in hand',
    remedy: 'Send fewer requests at once; put many documents into one of them as NDJSON.',
  },
  brokerUnavailable: {
    status: 503,
    title: 'The broker does not take documents now',
    remedy: 'Keep the documents and send them again after the seconds that Retry-After names.',
  },
  directoryStale: {
    status: 503,
    title: 'Who may send what is not known for certain now',
    remedy: 'Keep the documents and send them again after the seconds that Retry-After names.',
  },
});
