import { defineConfig, type ViteUserConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** The tests that run guests, three at a time on two cores: a guest has one processor, and waits for a quarter of its life. */
const guests: ViteUserConfig = defineConfig({
  test: {
    ...config.test,
    include: ['test/**/*.guest.test.ts'],
    globalSetup: ['test/support/guest-setup.ts'],
    maxWorkers: 3,
  },
});
export default guests;
