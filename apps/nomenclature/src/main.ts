import { telemetry } from './telemetry';
import {
  nomenclatureConfigFields,
  nomenclatureSettings,
} from '@potok/nomenclature-service/nomenclature-config';
import { createNomenclatureService } from '@potok/nomenclature-service/nomenclature-service';
import { runApp } from '@potok/platform-service/run-app';

void runApp({
  name: 'nomenclature',
  title: 'Potok: nomenclature',
  configFields: nomenclatureConfigFields,
  environment: process.env,
  telemetry,
  services: (config, host) => [createNomenclatureService(nomenclatureSettings(config), host)],
});
