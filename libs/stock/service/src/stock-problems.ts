import { declareProblems } from '@potok/platform-http/problem';

/** What the stock API answers besides the problems of every route. */
export const stockProblems = declareProblems({
  storeUnknown: {
    status: 404,
    title: 'The ledger does not know this store',
    remedy: 'Create the store in the organisation API; its row arrives here within seconds.',
  },
  locationUnknown: {
    status: 422,
    title: 'The store has no such stock location',
    remedy: 'Name a location of the store, or leave it out for the default one.',
  },
  productUnknown: {
    status: 422,
    title: 'Products are not known',
    remedy: 'Create the products in the nomenclature first; their rows arrive here within seconds.',
  },
  lineNumbersRepeat: {
    status: 422,
    title: 'A line number stands twice',
    remedy: 'Give each line its own lineNo.',
  },
  deliveryDiffers: {
    status: 409,
    title: 'Another delivery with this id was posted before',
    remedy: 'Use a new deliveryId, or send the same content again to get the first answer.',
  },
  sequenceAhead: {
    status: 422,
    title: 'The ledger has not come to this movement yet',
    remedy: 'Ask for a movement up to `asOf.movementSeq`.',
  },
  cursorInvalid: {
    status: 422,
    title: 'The cursor is not one of this list',
    remedy: 'Pass `next` of the page before as it was.',
  },
});
