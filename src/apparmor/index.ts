export * from './compiled/index.ts';
export * from './prove/index.ts';
export * from './query/index.ts';
