/** Nest tokens of ingestion's handlers and queries. */
export const INGESTION_INTAKE = Symbol('IntakeService');
export const INGESTION_EDGE = Symbol('Edge');
export const INGESTION_SERIES_STATUS = Symbol('SeriesStatusQuery');
export const INGESTION_DOCUMENTS = Symbol('DocumentQuery');
export const INGESTION_ARCHIVE = Symbol('ArchivedBytesQuery');
export const INGESTION_OPERATIONS = Symbol('IngestionOperations');
export const INGESTION_DIRECTORY = Symbol('OrganisationDirectory');
export const INGESTION_CONFLICTS = Symbol('ConflictsQuery');
export const INGESTION_DECIDE_CONFLICT = Symbol('DecideConflictHandler');
export const INGESTION_WITHDRAW = Symbol('WithdrawDocumentHandler');
export const INGESTION_MERGE = Symbol('MergeDocumentsHandler');
export const INGESTION_HISTORY = Symbol('DocumentHistoryQuery');
export const INGESTION_REMAPS = Symbol('RemapsHandler');
