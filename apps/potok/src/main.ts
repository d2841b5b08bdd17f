import { telemetry } from './telemetry';
import { ingestionConfigFields, ingestionSettings } from '@potok/ingestion-service/ingestion-config';
import { createIngestionService } from '@potok/ingestion-service/ingestion-service';
import {
  nomenclatureConfigFields,
  nomenclatureSettings,
} from '@potok/nomenclature-service/nomenclature-config';
import { createNomenclatureService } from '@potok/nomenclature-service/nomenclature-service';
import { OrganisationPart } from '@potok/organisation-service/organisation-part';
import { readAdminToken } from '@potok/platform-auth/admin-token';
import { runApp } from '@potok/platform-service/run-app';
import { createLiveProof } from '@potok/proof-audit/live-proof/live-proof';
import { liveProofConfigFields } from '@potok/proof-audit/live-proof/live-proof-config';
import { reportingConfigFields, reportingSettings } from '@potok/reporting-service/reporting-config';
import { createReportingService } from '@potok/reporting-service/reporting-service';
import { stockConfigFields, stockSettings } from '@potok/stock-service/stock-config';
import { createStockService } from '@potok/stock-service/stock-service';

/** Every service in one process: the same modules, topics, schemas and pools as when each runs by itself. */
void runApp({
  name: 'potok',
  title: 'Potok',
  configFields: {
    ...ingestionConfigFields,
    ...nomenclatureConfigFields,
    ...stockConfigFields,
    ...reportingConfigFields,
    ...liveProofConfigFields,
  },
  environment: process.env,
  telemetry,
  services: async (config, host) => [
    createIngestionService(ingestionSettings(config), host, new OrganisationPart()),
    createNomenclatureService(nomenclatureSettings(config), host),
    createStockService(stockSettings(config), host),
    createReportingService(reportingSettings(config), host),
    createLiveProof(config, host, await readAdminToken(config)),
  ],
});
