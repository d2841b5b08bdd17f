import { existsSync } from 'node:fs';
import path from 'node:path';

/** The root of the checkout, from the sources as well as from what was compiled of them. */
export function findCheckoutFolder(from: string = __dirname): string {
  if (existsSync(path.join(from, 'package-lock.json'))) return from;
  const parent = path.dirname(from);
  if (parent === from) throw new Error('this program does not lie in a checkout');
  return findCheckoutFolder(parent);
}
