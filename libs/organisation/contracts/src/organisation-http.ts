import { z } from 'zod';
import { locationId, registerId, storeId } from '@potok/retail/fields';
import { legalEntityFields } from './legal-entity.v1';
import { registerFields } from './register.v1';
import { registrationFields } from './registration.v1';
import { alias, location, storeFields } from './store.v1';

/** Bodies of the organisation API. Ids stand in the path too and must agree; PUT is idempotent. */

export const putLegalEntity = z.object(legalEntityFields).omit({ legalEntityId: true });
export type PutLegalEntity = z.infer<typeof putLegalEntity>;

export const putStore = z
  .object({
    ...storeFields,
    dayCutover: storeFields.dayCutover.default('00:00'),
    aliases: z.array(alias).max(50).default([]),
    locations: z
      .array(location)
      .max(100)
      .default([])
      .describe("Stock locations; when empty one location with the store's own id is made"),
    defaultLocationId: locationId.optional(),
  })
  .omit({ storeId: true });
export type PutStore = z.infer<typeof putStore>;

export const putRegister = z.object(registerFields).omit({ registerId: true });
export type PutRegister = z.infer<typeof putRegister>;

export const postRegistration = z.object({
  ...registrationFields,
  reassign: z
    .boolean()
    .default(false)
    .describe(
      'True where the range that begins here turned out to belong to another register; documents follow by a remap',
    ),
});
export type PostRegistration = z.infer<typeof postRegistration>;

export const credentialScope = z
  .object({
    registers: z.array(registerId).max(1000).optional(),
    stores: z.array(storeId).max(10_000).optional(),
    system: z.string().min(1).max(40).optional().describe('A whole system: all registers of all stores'),
  })
  .describe('What a device may speak for: registers, stores, or a whole system');
export type CredentialScope = z.infer<typeof credentialScope>;

export const postEnrolment = z.object({
  name: z
    .string()
    .min(1)
    .max(200)
    .describe('Whose credential it is')
    .meta({ examples: ['Агент магазина № 7'] }),
  scope: credentialScope,
  expiresInSeconds: z
    .int()
    .min(60)
    .max(604_800)
    .default(3600)
    .describe('How long the one-time code is valid'),
});
export type PostEnrolment = z.infer<typeof postEnrolment>;

export const enrolmentCreated = z.object({
  credentialId: z.string(),
  enrolmentCode: z.string().describe('One-time code: exchanged once for a token'),
  expiresAt: z.string(),
});

export const postToken = z.object({ enrolmentCode: z.string().min(8).max(100) });

export const tokenIssued = z.object({
  credentialId: z.string(),
  token: z.string().describe('Opaque 256-bit bearer token, shown this once; only its hash is stored'),
});
