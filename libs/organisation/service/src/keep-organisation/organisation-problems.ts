import { declareProblems } from '@potok/platform-http/problem';

export const organisationProblems = declareProblems({
  legalEntityUnknown: {
    status: 422,
    title: 'There is no such legal entity',
    remedy: 'Put the legal entity first, or correct legalEntityId.',
  },
  storeUnknown: {
    status: 422,
    title: 'There is no such store',
    remedy: 'Put the store first, or correct storeId.',
  },
  registerUnknown: {
    status: 422,
    title: 'There is no such register',
    remedy: 'Put the register first, or correct registerId.',
  },
  timeZoneUnknown: {
    status: 422,
    title: 'This time zone is not known',
    remedy: 'Give an IANA name, for example Europe/Moscow.',
  },
  locationUnknown: {
    status: 422,
    title: 'The store has no such location',
    remedy: "Name one of the store's locations, or add it to the store first.",
  },
  locationElsewhere: {
    status: 409,
    title: 'This location belongs to another store',
    remedy: 'Give the location an id of its own; ids are never reused.',
  },
  storeFixed: {
    status: 409,
    title: 'A register stays in its store',
    remedy: 'Make a new register in the other store and register its series there by number range.',
  },
  rangeOverlaps: {
    status: 409,
    title: 'Numbers of this range belong to a register already',
    remedy:
      'Close the other range first (its toNumber), or correct the numbers; where the range was registered for the ' +
      'wrong register, say reassign: true.',
  },
  enrolmentInvalid: {
    status: 401,
    title: 'This enrolment code is not valid',
    remedy: 'Codes are good once and for a limited time: have a new one made.',
  },
  notFound: { status: 404, title: 'There is no such thing', remedy: 'Look at the list.' },
  idsDiffer: {
    status: 422,
    title: 'The id of the body is not that of the path',
    remedy: 'Leave it out of the body.',
  },
});
