import { z } from 'zod';
import { integerTwin, registerId, revision, storeId } from '../fields';

/** The other end of a document's move from one store to another. */
export const revisionMove = z.object({
  storeId,
  storeNo: integerTwin,
  registerId,
  revision: revision.describe('The revision of the document on the stream of that store'),
});
export type RevisionMove = z.infer<typeof revisionMove>;
