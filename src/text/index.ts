export { ascii } from './ascii.ts';
export { fitted, refilled } from './fitted.ts';
export { printable } from './printable.ts';
export { quantity } from './quantity.ts';
export { plain, type Style, styled } from './style.ts';
export { type Column, table } from './table.ts';
export { width } from './width.ts';
export { wrap } from './wrap.ts';
