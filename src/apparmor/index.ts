export * from './compiled/index.ts';
export * from './query/index.ts';
