import { telemetry } from './telemetry';
import { ingestionConfigFields, ingestionSettings } from '@potok/ingestion-service/ingestion-config';
import { createIngestionService } from '@potok/ingestion-service/ingestion-service';
import { OrganisationPart } from '@potok/organisation-service/organisation-part';
import { runApp } from '@potok/platform-service/run-app';

void runApp({
  name: 'register-ingestion',
  title: 'Potok: register ingestion',
  configFields: ingestionConfigFields,
  environment: process.env,
  telemetry,
  services: (config, host) => [
    createIngestionService(ingestionSettings(config), host, new OrganisationPart()),
  ],
});
