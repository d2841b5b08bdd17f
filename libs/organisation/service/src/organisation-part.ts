import type { DynamicModule } from '@nestjs/common';
import type { Clock } from '@potok/kernel/clock';
import { topics } from '@potok/organisation-contracts/catalogue';
import { TOKEN_VERIFIER } from '@potok/platform-auth/bearer-guard';
import type { TokenVerifier } from '@potok/platform-auth/principal';
import type { Transactor } from '@potok/platform-postgres/tx';
import { CredentialHandler } from './enrol-devices/credential.handler';
import { CredentialsController } from './enrol-devices/credentials.controller';
import { LegalEntityHandler } from './keep-organisation/legal-entity.handler';
import { OrganisationController } from './keep-organisation/organisation.controller';
import { RegisterHandler } from './keep-organisation/register.handler';
import { RegistrationHandler } from './keep-organisation/registration.handler';
import { StoreHandler } from './keep-organisation/store.handler';
import { organisationMigrations } from './migrations/organisation-migrations';
import {
  ORGANISATION_CREDENTIALS,
  ORGANISATION_LEGAL_ENTITIES,
  ORGANISATION_REGISTERS,
  ORGANISATION_REGISTRATIONS,
  ORGANISATION_STORES,
} from './organisation-tokens';
import { OrganisationPublication } from './publish-organisation/organisation-publication';
import { OrganisationReader } from './read-organisation/organisation-reader';

class OrganisationModule {}

export interface OrganisationHost {
  readonly database: Transactor;
  readonly clock: Clock;
  readonly verifier: TokenVerifier;
}

/** The organisation, a part of the service register-ingestion, whose schema and connections it shares. */
export class OrganisationPart {
  readonly migrations = organisationMigrations;
  readonly topics = topics;
  readonly source = new OrganisationReader();
  private readonly publication = new OrganisationPublication();

  /** The compacted topics to be relayed. */
  get states() {
    return this.publication.all();
  }

  module({ database, clock, verifier }: OrganisationHost): DynamicModule {
    const { publication } = this;
    return {
      module: OrganisationModule,
      controllers: [OrganisationController, CredentialsController],
      providers: [
        { provide: TOKEN_VERIFIER, useValue: verifier },
        {
          provide: ORGANISATION_LEGAL_ENTITIES,
          useValue: new LegalEntityHandler(database, publication, clock),
        },
        { provide: ORGANISATION_STORES, useValue: new StoreHandler(database, publication, clock) },
        { provide: ORGANISATION_REGISTERS, useValue: new RegisterHandler(database, publication, clock) },
        {
          provide: ORGANISATION_REGISTRATIONS,
          useValue: new RegistrationHandler(database, publication, clock),
        },
        { provide: ORGANISATION_CREDENTIALS, useValue: new CredentialHandler(database, clock) },
      ],
    };
  }
}
