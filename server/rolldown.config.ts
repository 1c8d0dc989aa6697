import { defineConfig, type RolldownOptions } from 'rolldown';

const common: RolldownOptions = { platform: 'node', treeshake: true };

/**
 * Scripts that only import node: built-ins: the three programs, and those that systemd starts instead. web-app has all npm code (Fastify, ws) in one script,
 * which web.js reads as root and runs only after it has dropped its privileges.
 */
export default defineConfig([
  {
    ...common,
    input: {
      main: 'src/main.ts',
      reader: 'src/reader/main.ts',
      'reader-hand': 'src/reader/hands/main.ts',
      files: 'src/files/main.ts',
      'files-hand': 'src/files/hand-main.ts',
      web: 'src/web/start/main.ts',
      'reader-service': 'src/reader/service.ts',
      'files-service': 'src/files/service.ts',
      'web-service': 'src/service/web.ts',
      'root-files': 'src/service/root-files.ts',
    },
    output: { dir: 'dist', format: 'esm', sourcemap: true, entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js', cleanDir: true },
  },
  {
    ...common,
    input: { 'web-app': 'src/web/start/start.ts' },
    output: { dir: 'dist', format: 'cjs', sourcemap: true, entryFileNames: '[name].cjs', codeSplitting: false },
  },
]);
