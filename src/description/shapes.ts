import { z } from 'zod';

/** Words, without blanks around them. */
export const text: z.ZodString = z.string().trim().min(1);

export const names: z.ZodArray<z.ZodString> = z.array(text).min(1);

/** How an example begins in the words of a mistake. */
export const EXAMPLE = 'as `';

/** What to write where something else than an object was given; for zod's second argument. */
export function example(written: string): { error: z.core.$ZodErrorMap } {
  return {
    error: ({ code }) => (code === 'invalid_type' ? `${EXAMPLE}${written}\`` : undefined),
  };
}
