import type { Migration } from '@potok/platform-postgres/migrations';
import { createOrganisation } from './0001-create-organisation';
import { addDocumentCountSlack } from './0002-add-document-count-slack';

/** The tables of the organisation, in the order of their making. */
export const organisationMigrations: readonly Migration[] = [createOrganisation, addDocumentCountSlack];
