import { legalEntityV1 } from './legal-entity.v1';
import { registerV1 } from './register.v1';
import { registrationV1 } from './registration.v1';
import { storeV1 } from './store.v1';
import * as http from './organisation-http';
import { legalEntitiesTopic, registersTopic, registrationsTopic, storesTopic } from './topics';

/** What the generator derives validators, JSON Schemas and the topic list from. */
export const topics = [legalEntitiesTopic, storesTopic, registersTopic, registrationsTopic];
export const events = [legalEntityV1, storeV1, registerV1, registrationV1];
export const schemas = {
  putLegalEntity: http.putLegalEntity,
  putStore: http.putStore,
  putRegister: http.putRegister,
  postRegistration: http.postRegistration,
  postEnrolment: http.postEnrolment,
  enrolmentCreated: http.enrolmentCreated,
  postToken: http.postToken,
  tokenIssued: http.tokenIssued,
};
