import { stateTopic } from '@potok/kernel/contract';

const context = 'organisation';

export const legalEntitiesTopic = stateTopic({
  name: 'retail.organisation.legal-entities.v1',
  context,
  key: 'legalEntityId',
  description: 'Legal entities of the chain.',
  partitions: 1,
});

export const storesTopic = stateTopic({
  name: 'retail.organisation.stores.v1',
  context,
  key: 'storeId',
  description: 'Stores with their zone, day cut-over and stock locations.',
  partitions: 1,
});

export const registersTopic = stateTopic({
  name: 'retail.organisation.registers.v1',
  context,
  key: 'registerId',
  description: 'Registers: workplaces of a store.',
  partitions: 1,
});

export const registrationsTopic = stateTopic({
  name: 'retail.organisation.registrations.v1',
  context,
  key: 'scheme|series|fromNumber',
  description: 'Which register and store a number range of a series belongs to.',
  partitions: 1,
});
