import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..');
const SHARED = '@procmap/shared/';

export interface Import {
  /** Path from the top of the checkout. */
  readonly file: string;
  /** As written in the import: `node:fs`, `fastify`, `./x.ts`. */
  readonly specifier: string;
  /** Names of a named import; empty for any other form. */
  readonly names: readonly string[];
  /** A type-only import, which does not exist at run time. */
  readonly isType: boolean;
}

/** Imports of a file at run time: without type-only ones, with dynamic ones. For a Svelte file, those of its script. */
export function importsOf(file: string): Import[] {
  return everyImportOf(file).filter(({ isType }) => !isType);
}

/** The syntax tree of a file; for a Svelte file, that of its script. */
export function sourceOf(file: string): ts.SourceFile {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const script = file.endsWith('.svelte') ? (/<script lang="ts">(.*?)<\/script>/s.exec(text)?.[1] ?? '') : text;
  return ts.createSourceFile(file, script, ts.ScriptTarget.Latest, true, file.endsWith('.js') || file.endsWith('.cjs') ? ts.ScriptKind.JS : ts.ScriptKind.TS);
}

/** All imports of a file, including type-only ones. */
export function everyImportOf(file: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isType: boolean, names: readonly string[] = []): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push({ file, specifier: specifier.text, names, isType });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const names =
        bindings !== undefined && ts.isNamedImports(bindings)
          ? bindings.elements.filter((each) => !each.isTypeOnly).map((each) => (each.propertyName ?? each.name).text)
          : [];
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword, names);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require'))
    )
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  return found;
}

/** All imports of a file and, recursively, of our files that it imports. */
export function importGraph(entry: string): Import[] {
  const seen = new Set<string>();
  const all: Import[] = [];
  const walk = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const each of importsOf(file)) {
      all.push(each);
      const next = ownFile(each);
      if (next !== null && /\.(ts|svelte)$/.test(next)) walk(next);
    }
  };
  walk(entry);
  return all;
}

/** Our file that an import refers to, or null. Ignores the `?worker` suffix for Vite. */
export function ownFile({ file, specifier }: Pick<Import, 'file' | 'specifier'>): string | null {
  const path = specifier.replace(/\?.*$/, '');
  if (path.startsWith(SHARED)) return `shared/src/${path.slice(SHARED.length)}`;
  return path.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), path)) : null;
}

/** Names of npm packages among imports. */
export function packagesOf(imports: readonly Import[]): string[] {
  const names = imports.map(({ specifier }) => specifier).filter((specifier) => !/^(node:|\.|@procmap\/)/.test(specifier));
  return [...new Set(names.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')))].sort();
}

/** Our files that import or are imported, including files without imports. */
export function filesOf(imports: readonly Import[]): string[] {
  return [...new Set(imports.flatMap((each) => [each.file, ownFile(each) ?? each.file]))];
}
