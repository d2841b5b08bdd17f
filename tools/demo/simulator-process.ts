import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProcessSpec } from '@potok/platform-dev-infra/supervisor';
import { runLogFiles, type RunProgress } from '@potok/proof-simulator/sender/run-log';
import type { DemoArguments } from './arguments';
import { DemoFolder } from './demo-files';
import { runtimeVariables, type ServicePlan } from './service-processes';

export const simulatorName = 'chain-simulator';

export interface SimulatorPlan {
  readonly plan: ServicePlan;
  readonly demo: DemoArguments;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly checkoutFolder: string;
  readonly logFolder: string;
  readonly outputFolder: string;
}

/** The simulator: a process of its own that runs once. */
export function simulatorSpec({ plan, demo, environment, ...folders }: SimulatorPlan): ProcessSpec {
  const { ingestion, nomenclature, stock } = plan.addresses;
  return {
    name: simulatorName,
    command: process.execPath,
    arguments: [
      '--enable-source-maps',
      path.join(folders.checkoutFolder, 'dist', 'apps', 'chain-simulator', 'src', 'main.js'),
      ...[
        '--ingestion',
        ingestion.join(','),
        '--nomenclature',
        nomenclature.join(','),
        '--stock',
        stock.join(','),
      ],
      ...['--seed', String(demo.seed), '--stores', String(demo.stores), '--receipts', String(demo.receipts)],
      ...['--output', folders.outputFolder],
      ...(demo.rate === null ? [] : ['--rate', String(demo.rate)]),
      ...(demo.burst === null ? [] : ['--burst', String(demo.burst)]),
      ...(demo.headless
        ? []
        : [
            ...['--deadline-s', '400000000'],
            ...['--offline-file', new DemoFolder(folders.checkoutFolder).pathOf('offline')],
          ]),
    ],
    environment: { ...runtimeVariables(environment), ADMIN_TOKEN: plan.adminToken },
    workingFolder: folders.checkoutFolder,
    logFile: path.join(folders.logFolder, `${simulatorName}.log`),
    restart: 'never',
  };
}

export function readProgress(outputFolder: string): RunProgress | null {
  try {
    return JSON.parse(readFileSync(path.join(outputFolder, runLogFiles.progress), 'utf8')) as RunProgress;
  } catch {
    return null;
  }
}
