import { PAGE_SIZE } from '../../page.ts';
import type { UseMap } from '../use-map.ts';

/** The value of an option of a Java VM such as `Xmx` or `XX:ReservedCodeCacheSize=`, in pages; null: not given. */
export function javaSize(map: UseMap, option: string): number | null {
  const { commandLine } = map.evidence;
  // The last one counts.
  const at = commandLine.lastIndexOf(` -${option}`);
  const [, digits = '', unit = ''] = /^([0-9]{1,15})([kmgt]?)(?= |$)/i.exec(at < 0 ? '' : commandLine.slice(at + option.length + 2)) ?? [];
  return digits === '' ? null : Math.ceil((Number(digits) * 1024 ** Math.max(0, ' kmgt'.indexOf(unit.toLowerCase() || ' '))) / PAGE_SIZE);
}
