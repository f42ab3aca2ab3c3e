export * from './never.ts';
