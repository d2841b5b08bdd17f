import { bakery } from './bakery';
import { beer, tobacco } from './beer-tobacco';
import { canned } from './canned';
import { withEan13CheckDigit } from './check-digit';
import { dairy } from './dairy';
import { drinks } from './drinks';
import type { BarcodeKnowledge, CatalogueSection, Good, GoodDetails, GoodRow, Pack } from './good';
import { grocery } from './grocery';
import { household } from './household';
import { fish, meat } from './meat';
import { children, frozen, pets, services } from './other';
import { produce } from './produce';
import { sweets } from './sweets';

const sections: readonly CatalogueSection[] = [
  dairy,
  bakery,
  produce,
  meat,
  fish,
  grocery,
  canned,
  sweets,
  drinks,
  beer,
  tobacco,
  household,
  frozen,
  children,
  pets,
  services,
];

/** GS1 prefix and company number of all the catalogue's barcodes; the packs' item numbers follow the goods'. */
const goodsPrefix = '4699901';
const packsPrefix = '4699902';
/** Codes that a chain's own scales print begin so. */
const scalePrefix = '21';
const packRebate = 0.95;

/** Every good of the chain, in the order of its articles. */
export function buildCatalogue(): Good[] {
  return sections.flatMap((section) =>
    section.goods.map((row, index) => goodOf(section, row, section.firstArticle + index)),
  );
}

function goodOf(section: CatalogueSection, row: GoodRow, articleNumber: number): Good {
  const [name, priceKopecks, own = {}] = row;
  const details: GoodDetails = { ...section, ...own };
  const weighed = details.weighed === true;
  const knowledge: BarcodeKnowledge = weighed ? 'articleOnly' : (own.barcode ?? 'known');
  return {
    productId: `p-${String(articleNumber)}`,
    article: String(articleNumber),
    name,
    categoryCode: section.code,
    categoryName: section.name,
    priceKopecks,
    popularity: details.popularity ?? 1,
    vat: details.vat ?? 'standard',
    weighed,
    excise: details.excise === true,
    marking: details.marking ?? null,
    subject: details.subject ?? 'goods',
    barcode: knowledge === 'articleOnly' ? null : ean13(goodsPrefix, articleNumber),
    knowledge,
    scaleCode: weighed ? scalePrefix + String(articleNumber) : null,
    pack: packOf(own, priceKopecks, articleNumber),
  };
}

function packOf(details: GoodDetails, priceKopecks: number, articleNumber: number): Pack | null {
  const { pack } = details;
  if (pack === undefined) return null;
  const { name, numerator, denominator } = pack;
  const whole = (priceKopecks * numerator) / denominator;
  return {
    barcode: ean13(packsPrefix, articleNumber),
    name,
    numerator,
    denominator,
    priceKopecks: Math.round((whole * packRebate) / 10) * 10,
    late: pack.late === true,
  };
}

function ean13(prefix: string, articleNumber: number): string {
  return withEan13CheckDigit(prefix + String(articleNumber).padStart(5, '0'));
}
