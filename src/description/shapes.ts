import { z } from 'zod';

/** Words, without blanks around them. */
export const text: z.ZodString = z.string().trim().min(1);

export const names: z.ZodArray<z.ZodString> = z.array(text).min(1);
