import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import type { MoveCategoriesHandler } from '../move-categories/move-categories.handler';
import type { FoldProductsHandler } from './fold-products.handler';

/** How often it is looked whose turn it is. */
const TICK_MS = 1_000;

/** Folds the stores whose turn it is, and all of them once nothing comes in; then moves products to their categories. What one transaction leaves the next takes at once. */
export function foldWorker(
  handler: FoldProductsHandler,
  moves: MoveCategoriesHandler,
  onError: (error: unknown) => void,
): PeriodicWorker {
  let eventsSeen = -1n;
  const run = async (): Promise<void> => {
    const eventsNow = await handler.events();
    const quiet = eventsNow === eventsSeen;
    eventsSeen = eventsNow;
    while (await handler.fold(quiet));
    while (await moves.move());
  };
  return new PeriodicWorker({ intervalMs: TICK_MS, run, onError });
}
