import { secret, text } from '@potok/platform-config/fields';

/** Fields for the configuration schema of every app whose API is guarded. */
export const authConfigFields = {
  adminToken: secret(text(60)).optional().describe("The administrator's token, instead of the file"),
  adminTokenPath: text()
    .default('.potok/admin-token')
    .describe("Where the first start keeps the administrator's token (mode 0600)"),
};
