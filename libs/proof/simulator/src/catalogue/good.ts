/** How nomenclature comes to know a good's barcode. */
export type BarcodeKnowledge =
  /** From the beginning. */
  | 'known'
  /** The good has no barcode: the register sends its article. */
  | 'articleOnly'
  /** Nomenclature learns it only after its first hundred lines. */
  | 'late'
  /** Nobody tells nomenclature: its lines stay unmatched. */
  | 'never';

export type Marking = 'milk' | 'water' | 'beer' | 'tobacco' | 'softDrinks' | 'petFood' | 'oil' | 'caviar';

/** `goods` moves stock; services, lottery tickets and gift cards do not. */
export type SubjectKind = 'goods' | 'service' | 'lottery' | 'giftCard';

/** What a row may say beyond name and price. */
export interface GoodDetails {
  readonly popularity?: number;
  readonly barcode?: BarcodeKnowledge;
  /** null where the section's does not hold. */
  readonly marking?: Marking | null;
  readonly vat?: 'reduced' | 'standard' | 'none';
  readonly weighed?: boolean;
  readonly excise?: boolean;
  readonly subject?: SubjectKind;
  /** A second barcode, of a unit that holds numerator / denominator base units. */
  readonly pack?: {
    readonly name: string;
    readonly numerator: number;
    readonly denominator: number;
    /** The pack's barcode is learned after its first hundred lines. */
    readonly late?: true;
  };
}

/** Name as printed, price in kopecks, details. */
export type GoodRow = readonly [name: string, priceKopecks: number, details?: GoodDetails];

export interface CatalogueSection extends Omit<GoodDetails, 'pack' | 'barcode'> {
  readonly code: string;
  readonly name: string;
  /** Articles run on from here. */
  readonly firstArticle: number;
  readonly goods: readonly GoodRow[];
}

/** A pack of a good: its own barcode, name and price. */
export interface Pack {
  readonly barcode: string;
  readonly name: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly priceKopecks: number;
  readonly late: boolean;
}

/** A good as the chain sells it. */
export interface Good {
  readonly productId: string;
  readonly article: string;
  readonly name: string;
  readonly categoryCode: string;
  readonly categoryName: string;
  /** Price of the base unit in kopecks. */
  readonly priceKopecks: number;
  readonly popularity: number;
  readonly vat: 'reduced' | 'standard' | 'none';
  readonly weighed: boolean;
  readonly excise: boolean;
  readonly marking: Marking | null;
  readonly subject: SubjectKind;
  /** EAN-13, or null for a good that has none. */
  readonly barcode: string | null;
  readonly knowledge: BarcodeKnowledge;
  /** First seven digits of the code that scales print, of weighed goods; the weight and a check digit follow. */
  readonly scaleCode: string | null;
  readonly pack: Pack | null;
}
