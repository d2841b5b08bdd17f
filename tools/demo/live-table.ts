import type { FreshnessFigures } from './freshness-window';

/** What is shown of a demo that goes on; null = not known (yet). */
export interface LiveFigures {
  readonly stores: number;
  /** Documents that the platform has acknowledged, and how many of them in a second. */
  readonly acknowledged: number;
  readonly perSecond: number | null;
  readonly unconfirmed: number;
  readonly toStock: FreshnessFigures;
  readonly toReport: FreshnessFigures;
  /** Documents of the last minutes that had been held first: in neither of the two. */
  readonly waited: number;
  readonly gapsOpen: number | null;
  readonly silentRegisters: number | null;
  readonly quarantineOpen: number | null;
  /** Of these, documents that are kept until a person or a registration decides. */
  readonly held: number | null;
  readonly haltedStreams: number | null;
  readonly proof: ProofFigures | null;
  readonly offline: readonly string[];
}

export interface ProofFigures {
  readonly state: 'never' | 'running' | 'done' | 'failed';
  readonly finishedAt: string | null;
  readonly receipts: number | null;
  readonly mismatches: number | null;
  /** Stores that could not be compared. */
  readonly unproved: number | null;
}

/** The lines of the table, for a terminal. */
export function tableLines(figures: LiveFigures): string[] {
  const { stores, acknowledged, unconfirmed, perSecond, gapsOpen, silentRegisters, offline } = figures;
  const { quarantineOpen, held, haltedStreams } = figures;
  return [
    row(
      'trade',
      `${whole(stores)} stores, ${rate(perSecond)} receipts/s, ${whole(acknowledged)} acknowledged`,
    ),
    row('confirmed', `all but ${whole(unconfirmed)}`),
    row('to stock', freshness(figures.toStock)),
    row('to reports', freshness(figures.toReport)),
    row('waited', `${whole(figures.waited)} of the last 5 minutes were held first, and are in neither`),
    row('gaps', `${whole(gapsOpen)} open, ${whole(silentRegisters)} registers silent`),
    row('offline', offline.length === 0 ? 'none' : offline.join(' ')),
    row('quarantine', `${whole(quarantineOpen)} open, of these ${whole(held)} held`),
    row('halted', `${whole(haltedStreams)} streams`),
    row('proof', proofText(figures.proof)),
  ];
}

/** The same in one line, for a log. */
export function plainLine(figures: LiveFigures): string {
  const { stores, perSecond, acknowledged, gapsOpen, quarantineOpen, held, haltedStreams, proof } = figures;
  return [
    `${whole(stores)} stores`,
    `${rate(perSecond)} receipts/s`,
    `${whole(acknowledged)} acknowledged`,
    `to stock ${seconds(figures.toStock.p50Ms)}/${seconds(figures.toStock.p99Ms)}`,
    `to reports ${seconds(figures.toReport.p50Ms)}/${seconds(figures.toReport.p99Ms)} (p50/p99)`,
    `gaps ${whole(gapsOpen)}`,
    `quarantine ${whole(quarantineOpen)} (held ${whole(held)})`,
    `halted ${whole(haltedStreams)}`,
    `mismatches ${whole(proof?.mismatches ?? null)}${notProved(proof)}`,
    ...(figures.offline.length === 0 ? [] : [`offline ${figures.offline.join(' ')}`]),
  ].join(', ');
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(11)} ${text}`;
}

function freshness({ count, p50Ms, p99Ms }: FreshnessFigures): string {
  return `p50 ${seconds(p50Ms)}, p99 ${seconds(p99Ms)}, ${whole(count)} receipts of the last 5 minutes`;
}

function proofText(proof: ProofFigures | null): string {
  if (proof === null || (proof.mismatches === null && proof.state === 'never')) return 'not asked for yet';
  const { state, mismatches, receipts, finishedAt } = proof;
  if (mismatches === null) return state === 'failed' ? 'could not be carried out' : 'under way';
  const when = finishedAt === null ? '' : ` at ${finishedAt.slice(11, 19)} UTC`;
  return `${whole(mismatches)} mismatches in ${whole(receipts)} receipts${notProved(proof)}${when}`;
}

/** A store that lags is no store that differs. */
function notProved(proof: ProofFigures | null): string {
  const unproved = proof?.unproved ?? 0;
  return unproved === 0 ? '' : ` (${whole(unproved)} stores not proved)`;
}

function whole(value: number | null): string {
  return value === null ? '-' : value.toLocaleString('en-US').replaceAll(',', ' ');
}

function rate(value: number | null): string {
  return value === null ? '-' : value.toFixed(1);
}

function seconds(milliseconds: number | null): string {
  return milliseconds === null ? '-' : `${(milliseconds / 1000).toFixed(1)} s`;
}
