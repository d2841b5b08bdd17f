/** What one run of a subject came to. */
export interface Measurement {
  readonly lines: number;
  readonly durationMs: number;
  /** CPU by process, microseconds. */
  readonly cpuUs: Readonly<Record<string, number>>;
}

export function linesPerS(measurement: Measurement): number {
  return (measurement.lines / measurement.durationMs) * 1000;
}

export function cpuUsPerLine(measurement: Measurement): number {
  const total = Object.values(measurement.cpuUs).reduce((sum, cpuUs) => sum + cpuUs, 0);
  return total / measurement.lines;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
