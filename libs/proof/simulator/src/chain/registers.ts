import type { SeededRandom } from '../random/seeded-random';

/**
 * What is special about a register beside ordinary trade.
 * webhook: a cloud reports each receipt at once and sends the full copy later · lateRegistration: its ФН is registered
 * only after it has traded · driveDies: its ФН fails in mid-shift and is replaced · training: begins with a training
 * drive · twoDevices: a purchase may become two receipts in two ФН · courier: trades out of the house ·
 * fastClock: its clock is an hour ahead.
 */
export const registerTraits = [
  'webhook',
  'lateRegistration',
  'driveDies',
  'training',
  'twoDevices',
  'courier',
  'fastClock',
] as const;
export type RegisterTrait = 'ordinary' | (typeof registerTraits)[number];

/** What the till's software says of a line: barcode alone, barcode and article, with discounts and marks. */
export type TillStyle = 'plain' | 'articles' | 'rich';

export interface SimulatedRegister {
  readonly registerId: string;
  readonly storeId: string;
  readonly name: string;
  readonly trait: RegisterTrait;
  readonly style: TillStyle;
  /** 1209. The close reports of 1.05 state no sums. */
  readonly ffdVersion: '1.05' | '1.2';
  /** Serials of its ФН: the one in use first, then its successor or the second device. */
  readonly drives: readonly string[];
  readonly trainingDrive: string | null;
  /** Series of documents without ФД number: cash movements, cancelled receipts, till events. */
  readonly agentSeries: string;
  /** Series of the cloud's own ids, of webhook registers. */
  readonly cloudSeries: string | null;
  /** РНМ (1037) and serial of the ККТ (1013). */
  readonly registrationNumber: string;
  readonly deviceSerial: string;
}

export function registersOf(storeId: string, storeIndex: number, random: SeededRandom): SimulatedRegister[] {
  const count = random.between(3, 5);
  return Array.from({ length: count }, (_, index) => {
    const place = count - 1 - index;
    const trait = place < 2 ? registerTraits[(2 * storeIndex + place) % registerTraits.length] : undefined;
    const ffdVersion = index === 0 && storeIndex % 3 === 0 ? '1.05' : '1.2';
    return planRegister({ storeId, index, trait: trait ?? 'ordinary', ffdVersion, random });
  });
}

interface RegisterPlan {
  readonly storeId: string;
  readonly index: number;
  readonly trait: RegisterTrait;
  readonly ffdVersion: SimulatedRegister['ffdVersion'];
  readonly random: SeededRandom;
}

function planRegister({ storeId, index, trait, ffdVersion, random }: RegisterPlan): SimulatedRegister {
  const registerId = `${storeId}-${String(index + 1)}`;
  const hasTwoDrives = trait === 'driveDies' || trait === 'twoDevices';
  return {
    registerId,
    storeId,
    name: trait === 'courier' ? 'Курьер' : `Касса ${String(index + 1)}`,
    trait,
    ffdVersion,
    style: random.pick(['plain', 'articles', 'rich', 'rich']),
    drives: [driveSerial(random), ...(hasTwoDrives ? [driveSerial(random)] : [])],
    trainingDrive: trait === 'training' ? `9999078900${random.digits(6)}` : null,
    agentSeries: `${registerId}/1`,
    cloudSeries:
      trait === 'webhook' ? `20260301-${random.hex(4)}-40a1-8${random.hex(3)}-${random.hex(12)}` : null,
    registrationNumber: `000${random.digits(13)}`,
    deviceSerial: `0055${random.digits(10)}`,
  };
}

function driveSerial(random: SeededRandom): string {
  return `7380440${random.digits(9)}`;
}
