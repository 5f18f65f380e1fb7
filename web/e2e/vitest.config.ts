import { defineConfig } from 'vitest/config';

// Against a server that runs: LINGJIAN_URL, LINGJIAN_USER, LINGJIAN_PASSWORD; the browser is CHROMIUM or /usr/bin/chromium.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time, and no more sign-ins than needed.
    fileParallelism: false,
  },
});
