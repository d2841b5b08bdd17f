import { telemetry } from './telemetry';
import { runApp } from '@potok/platform-service/run-app';
import { reportingConfigFields, reportingSettings } from '@potok/reporting-service/reporting-config';
import { createReportingService } from '@potok/reporting-service/reporting-service';

void runApp({
  name: 'reporting',
  title: 'Potok: reporting',
  configFields: reportingConfigFields,
  environment: process.env,
  telemetry,
  services: (config, host) => [createReportingService(reportingSettings(config), host)],
});
