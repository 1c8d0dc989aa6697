import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

/** Without warnings about slow plugins, which are normal on a slow machine. */
const QUIET = { pluginTimings: false } as const;

/**
 * The page is served with a content security policy that allows scripts and styles from files only:
 * nothing may be inlined, and the polyfill for module preloading (an inline script) stays off.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: { checks: QUIET },
  },
  worker: { rolldownOptions: { checks: QUIET } },
});
