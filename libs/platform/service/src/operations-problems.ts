import { declareProblems } from '@potok/platform-http/problem';

export const operationsProblems = declareProblems({
  quarantineEntryUnknown: {
    status: 404,
    title: 'There is no such quarantine entry',
    remedy: 'List the entries of this service: GET …/quarantine.',
  },
  streamUnknown: {
    status: 404,
    title: 'This service publishes no such stream, or it does not reach that sequence',
    remedy:
      'Name a topic that the service owns, a store that has events on it, and a sequence up to its head.',
  },
  eventsGone: {
    status: 410,
    title: 'Events of the stream from that sequence on were deleted after their time',
    remedy:
      'They can be sent again from the sequence that is named; for earlier ones restore a backup of the service that owns them.',
  },
  consumerUnknown: {
    status: 404,
    title: 'This service has no such consumer, or its topic no such partition',
    remedy: 'Read the status of this service: it names its consumers.',
  },
  positionOutsideLog: {
    status: 409,
    title: 'The position is outside of the log',
    remedy: 'Name an offset between the earliest one and the end, or `earliest` or `end`.',
  },
  quarantineEntryClosed: {
    status: 409,
    title: 'The entry is not open any more',
    remedy: 'Read the entry: it says who closed it and how.',
  },
  quarantineEntryDecidedElsewhere: {
    status: 409,
    title: 'The entry waits for a decision of another kind',
    remedy: 'The detail names the route by which it is decided; the entry is closed with it.',
  },
});
