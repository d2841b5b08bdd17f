import { setTimeout as sleep } from 'node:timers/promises';
import type { LogAdmin } from '@potok/platform-kafka/log';
import { serviceNames } from '@potok/proof-audit/platform-view';
import { defaultStartDate } from '@potok/proof-simulator/chain/options';
import { demoFiles, type DemoFolder } from './demo-files';
import { plainLine, tableLines } from './live-table';
import { LiveWatcher } from './live-watcher';
import type { ProgressLine } from './progress-line';
import type { ServicePlan } from './service-processes';
import { readProgress } from './simulator-process';

export interface LiveDemoOptions {
  readonly plan: ServicePlan;
  readonly stores: number;
  readonly folder: DemoFolder;
  readonly admin: LogAdmin;
  readonly line: ProgressLine;
  readonly outputFolder: string;
}

const redrawEveryMs = 1_000;

/** A demo that somebody looks at: what to try, and a table of what happens. */
export class LiveDemo {
  constructor(private readonly options: LiveDemoOptions) {}

  sayWhatToTry(): void {
    const { plan, stores, line } = this.options;
    for (const text of whatToTry(plan, stores)) line.say(text);
  }

  /** Until `isOver`. */
  async show(isOver: () => boolean): Promise<void> {
    const { plan, stores, folder, admin, line, outputFolder } = this.options;
    const watcher = new LiveWatcher({
      stores,
      addresses: plan.addresses,
      adminToken: plan.adminToken,
      admin,
      offlineFile: folder.pathOf('offline'),
      progress: () => readProgress(outputFolder),
    });
    watcher.start();
    while (!isOver()) {
      const figures = watcher.figures(Date.now());
      line.showTable(tableLines(figures), plainLine(figures));
      await sleep(redrawEveryMs);
    }
    await watcher.stop();
  }
}

/** Commands for another terminal, to be typed as they are. */
export function whatToTry({ addresses }: Pick<ServicePlan, 'addresses'>, stores: number): string[] {
  const register = `store-${String(Math.min(3, stores)).padStart(4, '0')}-1`;
  const all = [...new Set(serviceNames.flatMap((service) => addresses[service]))];
  const curl = `curl -s -H "authorization: Bearer $(cat ${demoFiles.token})"`;
  const day = `from=${defaultStartDate}&to=${defaultStartDate}&storeId=store-0001`;
  const reports = `${addresses.reporting[0] ?? ''}/v1/reports`;
  return [
    ...all.map((url) => `API ${url}  pages to try it ${url}/docs  metrics ${url}/metrics`),
    `The administrator's token is in ${demoFiles.token}.`,
    'Try in another terminal, here:',
    '1. Take a register off the net, see what is known of it, bring it back:',
    `   echo ${register} > ${demoFiles.offline}`,
    `   ${curl} ${addresses.ingestion[0] ?? ''}/v1/ingestion/registers/${register}/completeness`,
    `   rm ${demoFiles.offline}`,
    "2. A day's turnover, and the receipts behind it:",
    `   ${curl} "${reports}/sales?${day}"`,
    `   ${curl} "${reports}/documents?${day}&limit=3"`,
    '3. Break a row in the database, and see the proof name it:',
    '   npm run demo -- break-row',
    `   npm run potok -- proof run --url ${all.join(',')} --token-file ${demoFiles.token} --store store-0001`,
    '   npm run demo -- mend-row',
  ];
}
