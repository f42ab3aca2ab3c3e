export { printable } from './printable.ts';
export { quantity } from './quantity.ts';
export { plain, type Style, styled } from './style.ts';
export { table } from './table.ts';
export { wrap } from './wrap.ts';
