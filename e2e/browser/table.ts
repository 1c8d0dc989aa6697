import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import { expect } from './test.ts';
import type { Visit } from './visit.ts';

export interface Mapping {
  readonly start: string;
  readonly end: string;
  readonly perms: string;
  readonly name: string;
  readonly pages: number;
}

/** The kernel's own lines, by descending address. */
export function mapsOf(pid: number): Mapping[] {
  const address = (digits: string): string => `0x${digits.padStart(16, '0')}`;
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, start = '', end = '', perms = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? [];
      return { start: address(start), end: address(end), perms, name, pages: Number((BigInt(`0x${end}`) - BigInt(`0x${start}`)) / 4096n) };
    })
    .reverse();
}

/** The table of a page. */
export class Table {
  readonly root: Locator;
  readonly grid: Locator;
  readonly rows: Locator;
  readonly groups: Locator;
  readonly active: Locator;
  readonly #visit: Visit;

  constructor(visit: Visit) {
    this.#visit = visit;
    this.root = visit.page.getByTestId('table');
    this.grid = this.root.getByTestId('table-grid');
    this.rows = this.root.getByTestId('table-row');
    this.groups = this.root.getByTestId('table-group');
    this.active = this.root.locator('.row.active');
  }

  async open(): Promise<void> {
    await this.#visit.page.keyboard.press('t');
    await expect(this.rows.first()).toBeVisible();
  }

  cells(column: string): Locator {
    return this.root.locator(`[data-column="${column}"]`);
  }

  head(name: string): Locator {
    return this.root.getByRole('columnheader', { name });
  }

  row(start: string): Locator {
    return this.rows.filter({ has: this.#visit.page.locator('[data-column="start"]', { hasText: start }) });
  }

  async withoutGaps(): Promise<void> {
    const gaps = this.root.getByRole('switch', { name: 'Gaps' });
    await gaps.click();
    await expect(gaps).toHaveAttribute('aria-checked', 'false');
  }

  /** Top of the first visible row. */
  topOf(row: Locator): Promise<number> {
    return row.evaluate((element) => element.getBoundingClientRect().top);
  }

  async copyAs(format: 'Text' | 'CSV' | 'JSON'): Promise<void> {
    await this.root.getByRole('button', { name: 'Copy rows' }).click();
    await this.root.getByRole('menuitem', { name: format }).click();
  }

  async copied(format: 'Text' | 'CSV' | 'JSON'): Promise<string> {
    await this.copyAs(format);
    await expect(this.root.getByTestId('table-said')).toHaveText(/copied$/);
    return this.#visit.page.evaluate(() => navigator.clipboard.readText());
  }
}
