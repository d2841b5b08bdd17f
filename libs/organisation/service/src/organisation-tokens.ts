/** Nest tokens of the organisation's handlers. */
export const ORGANISATION_LEGAL_ENTITIES = Symbol('LegalEntityHandler');
export const ORGANISATION_STORES = Symbol('StoreHandler');
export const ORGANISATION_REGISTERS = Symbol('RegisterHandler');
export const ORGANISATION_REGISTRATIONS = Symbol('RegistrationHandler');
export const ORGANISATION_CREDENTIALS = Symbol('CredentialHandler');
