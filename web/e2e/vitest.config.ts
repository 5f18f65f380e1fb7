import { defineConfig } from 'vitest/config';

// Against a server that runs, as `cargo xtask test browser` starts one; the browser is CHROMIUM or /usr/bin/chromium.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    environment: 'node',
    globalSetup: './world.ts',
    // Nothing waits longer than it has to; these only end what hangs, on however busy a machine.
    testTimeout: 400_000,
    hookTimeout: 400_000,
    expect: { poll: { timeout: 180_000 } },
    // One browser at a time: two would only take turns.
    fileParallelism: false,
  },
});
