import path from 'node:path';

/** The compiled program of a container's keeper, also for a caller that runs from the sources, as tests do. */
export function keeperFile(): string {
  const compiled = path.join('libs', 'platform', 'dev-infra', 'src', 'containers', 'keeper-main.js');
  const root = path.resolve(__dirname, '../../../../..');
  return path.join(path.basename(root) === 'dist' ? root : path.join(root, 'dist'), compiled);
}
