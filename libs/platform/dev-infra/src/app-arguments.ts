/**
 * How Node runs the apps. Batches live longer than V8's default young generation is large: with 64 MB most of them die
 * young instead of being copied. Images and charts pass the same.
 */
export const APP_NODE_ARGUMENTS = ['--enable-source-maps', '--max-semi-space-size=64'] as const;
