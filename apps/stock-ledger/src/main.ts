import { telemetry } from './telemetry';
import { runApp } from '@potok/platform-service/run-app';
import { stockConfigFields, stockSettings } from '@potok/stock-service/stock-config';
import { createStockService } from '@potok/stock-service/stock-service';

void runApp({
  name: 'stock-ledger',
  title: 'Potok: stock ledger',
  configFields: stockConfigFields,
  environment: process.env,
  telemetry,
  services: (config, host) => [createStockService(stockSettings(config), host)],
});
