import { telemetry } from './telemetry';
import { readAdminToken } from '@potok/platform-auth/admin-token';
import { runApp } from '@potok/platform-service/run-app';
import { createLiveProof } from '@potok/proof-audit/live-proof/live-proof';
import { liveProofConfigFields } from '@potok/proof-audit/live-proof/live-proof-config';
import { reportingConfigFields, reportingSettings } from '@potok/reporting-service/reporting-config';
import { createReportingService } from '@potok/reporting-service/reporting-service';

void runApp({
  name: 'reporting',
  title: 'Potok: reporting',
  configFields: { ...reportingConfigFields, ...liveProofConfigFields },
  environment: process.env,
  telemetry,
  services: async (config, host) => [
    createReportingService(reportingSettings(config), host),
    createLiveProof(config, host, await readAdminToken(config)),
  ],
});
