/** Prints where the target `host` has its policy without these modules: run in a root of `host.test.ts`. */
import { POLICY_TARGETS } from '../../src/targets/index.ts';

const host = await POLICY_TARGETS.find(({ id }) => id === 'host')!.open();
const { policy } = await host.base(process.argv.slice(2));
console.log(policy);
