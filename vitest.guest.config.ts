import { defineConfig, type ViteUserConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** The tests that run guests, two at a time: a guest waits, or links a policy on one core, for most of its life. */
const guests: ViteUserConfig = defineConfig({
  test: {
    ...config.test,
    include: ['test/**/*.guest.test.ts'],
    globalSetup: ['test/support/guest-setup.ts'],
  },
});
export default guests;
