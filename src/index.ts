/** The library: describe a confinement, emit it, read a policy, ask, prove. */
export * from './abilities/index.ts';
export * from './confinement/index.ts';
