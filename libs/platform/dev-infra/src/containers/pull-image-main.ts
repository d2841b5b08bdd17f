/** `node pull-image-main.js IMAGE`: pulls it with the credentials that this user has for its registry. */
import { getContainerRuntimeClient, ImageName } from 'testcontainers';

async function main(): Promise<void> {
  const client = await getContainerRuntimeClient();
  await client.image.pull(ImageName.fromString(process.argv[2] ?? ''));
}

main().then(
  () => process.exit(0),
  () => process.exit(1),
);
