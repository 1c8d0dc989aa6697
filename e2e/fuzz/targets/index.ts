import type { Target } from '../target.ts';
import { KERNEL_HALF } from './kernel-half.ts';
import { KERNEL_TEXT } from './kernel-text.ts';
import { RECORDING_TARGETS } from './recordings.ts';
import { TYPED } from './typed.ts';
import { USES_TARGETS } from './uses.ts';
import { WIRE } from './wire.ts';

/** All code that reads untrusted data. */
export const TARGETS: readonly Target[] = [...KERNEL_TEXT, ...KERNEL_HALF, ...USES_TARGETS, ...WIRE, ...RECORDING_TARGETS, ...TYPED];
