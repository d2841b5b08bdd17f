import { CHUNK_BYTES } from '@potok/platform-postgres/binary-rows';
import { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { ReportDesk } from '../apply-receipts/apply-receipts.handler';
import { FoldProductsHandler } from '../fold-products/fold-products.handler';
import type { FoldDesk, FoldOptions } from '../fold-products/fold-products.handler';
import { KnownFacets } from '../storage/facets';
import { KnownNames } from '../storage/report-names';
import { KnownShifts } from '../storage/report-shifts';
import { UnfoldedProducts } from '../storage/unfolded-products';

/** What one process knows. */
export function newReportDesk(): ReportDesk {
  return {
    chunks: new ChunkPool(CHUNK_BYTES, 4),
    knownFacets: new KnownFacets(),
    knownNames: new KnownNames(),
    knownShifts: new KnownShifts(),
    unfolded: new UnfoldedProducts(),
  };
}

/** A fold that reads at most 7 events at once unless told otherwise, so that ranges are cut. */
export function newFold(
  database: Transactor,
  desk: FoldDesk = newReportDesk(),
  options: Partial<FoldOptions> = {},
): FoldProductsHandler {
  return new FoldProductsHandler(
    database,
    { eventsMax: 7, catchUpEvents: 1, waitMaxMs: 0, ...options },
    desk,
  );
}
