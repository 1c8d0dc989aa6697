import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { freePort } from '../free-port.ts';
import { fetchPackage } from '../guest/image/packages.ts';

/** GET /metrics of the real daemon, scraped by a real Prometheus, which is downloaded. */
let daemon: Daemon;
let many: Fixture;

beforeAll(async () => {
  buildFixtures();
  many = await Fixture.start('many', '2000');
  daemon = await Daemon.start({ args: ['--metrics-match=man*'] });
});
afterAll(async () => {
  await daemon.stop();
  await many.stop();
});

/** Debian's Prometheus on a loopback port, without being installed. */
class Prometheus {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #origin: string;

  private constructor(process: ChildProcess, folder: string, origin: string) {
    this.#process = process;
    this.#folder = folder;
    this.#origin = origin;
  }

  static async start(target: string, tokenFile: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'procmap-prometheus-'));
    const program = join(await fetchPackage('prometheus'), 'usr/bin/prometheus');
    copyFileSync(tokenFile, join(folder, 'token'));
    writeFileSync(join(folder, 'wrong'), 'not-the-token-not-the-token-not-the-token');
    const job = (name: string, token: string): string =>
      `  - job_name: ${name}\n    authorization: { credentials_file: ${join(folder, token)} }\n    static_configs: [{ targets: ['${target}'] }]\n`;
    writeFileSync(
      join(folder, 'config.yml'),
      `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${job('good', 'token')}${job('bad', 'wrong')}`,
    );
    const port = await freePort();
    const args = [`--config.file=${join(folder, 'config.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`];
    const child = spawn('setpriv', ['--pdeathsig=KILL', program, ...args], { stdio: 'ignore' });
    return new Prometheus(child, folder, `http://127.0.0.1:${port}`);
  }

  async ask<T>(path: string): Promise<T | null> {
    try {
      return ((await (await fetch(`${this.#origin}/api/v1/${path}`)).json()) as { data: T }).data;
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Targets {
  readonly activeTargets: readonly { readonly scrapePool: string; readonly health: string; readonly lastError: string }[];
}
interface Vector {
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
}

it('a real Prometheus scrapes it with the token, and not without', async () => {
  const prometheus = await Prometheus.start(`127.0.0.1:${daemon.port}`, daemon.tokenFile);
  try {
    const target = async (pool: string) => (await prometheus.ask<Targets>('targets'))?.activeTargets.find(({ scrapePool }) => scrapePool === pool);
    await expect.poll(async () => (await target('good'))?.health, { timeout: 40_000 }).toBe('up');
    await expect.poll(async () => (await target('bad'))?.lastError, { timeout: 20_000 }).toContain('401');
    expect((await target('good'))?.lastError).toBe('');
    const query = `procmap_process_mappings{pid="${many.pid}"}`;
    const mappings = async () => (await prometheus.ask<Vector>(`query?query=${encodeURIComponent(query)}`))?.result[0];
    await expect
      .poll(async () => (await mappings())?.value[1], { timeout: 20_000 })
      .toBe(String(readFileSync(`/proc/${many.pid}/maps`, 'latin1').trim().split('\n').length));
    expect((await mappings())?.metric).toMatchObject({ comm: 'many', job: 'good' });
  } finally {
    await prometheus.stop();
  }
});
