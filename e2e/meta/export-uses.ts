import ts from 'typescript';
import { ownFile, sourceOf } from './import-graph.ts';

/** A name that a file exports, or one that it takes from another of our files; types included. */
export interface Named {
  readonly file: string;
  readonly name: string;
}

/** Stands for every name of a file: `import * as`, `export *`, a dynamic import kept whole. */
const EVERYTHING = '*';

/** The names that a file exports. */
export function exportsOf(file: string): Named[] {
  const names: string[] = [];
  for (const node of sourceOf(file).statements) {
    if (ts.isExportDeclaration(node) && node.exportClause !== undefined && ts.isNamedExports(node.exportClause))
      names.push(...node.exportClause.elements.map(({ name }) => name.text));
    else if (!ts.canHaveModifiers(node) || ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) !== true) continue;
    else if (ts.isVariableStatement(node)) names.push(...node.declarationList.declarations.flatMap(({ name }) => namesIn(name)));
    else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      names.push(node.name?.text ?? 'default');
  }
  return [...new Set(names)].map((name) => ({ file, name }));
}

function namesIn(name: ts.BindingName): string[] {
  return ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((each) => (ts.isOmittedExpression(each) ? [] : namesIn(each.name)));
}

/** The names that a file takes from others of ours. */
export function usesOf(file: string): Named[] {
  const uses: Named[] = [];
  const add = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    const target = specifier !== undefined && ts.isStringLiteralLike(specifier) ? ownFile({ file, specifier: specifier.text }) : null;
    if (target !== null) uses.push(...names.map((name) => ({ file: target, name })));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importedNames(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, reexportedNames(node.exportClause));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, [EVERYTHING]);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], [takenOf(node)]);
    ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  return uses;
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  const bindings = clause?.namedBindings;
  const named =
    bindings === undefined ? [] : ts.isNamedImports(bindings) ? bindings.elements.map((each) => (each.propertyName ?? each.name).text) : [EVERYTHING];
  return clause?.name === undefined ? named : ['default', ...named];
}

function reexportedNames(clause: ts.NamedExportBindings | undefined): string[] {
  return clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map((each) => (each.propertyName ?? each.name).text) : [EVERYTHING];
}

/** The name in `(await import(…)).name`. */
function takenOf(call: ts.CallExpression): string {
  const access = ts.isAwaitExpression(call.parent) && ts.isParenthesizedExpression(call.parent.parent) ? call.parent.parent.parent : null;
  return access !== null && ts.isPropertyAccessExpression(access) ? access.name.text : EVERYTHING;
}

/** The exports that no use names. */
export function unusedOf(exported: readonly Named[], uses: readonly Named[]): Named[] {
  const used = new Set(uses.map(({ file, name }) => `${file} ${name}`));
  return exported.filter(({ file, name }) => !used.has(`${file} ${name}`) && !used.has(`${file} ${EVERYTHING}`));
}

/** True if a file uses a name that it declares itself. Members of that name do not count, nor does the declaration. */
export function usesItself({ file, name }: Named): boolean {
  const isUse = (node: ts.Node): boolean => {
    if (!ts.isIdentifier(node) || node.text !== name) return false;
    const { parent } = node;
    const isMember = (ts.isPropertyAccessExpression(parent) || ts.isClassElement(parent) || ts.isTypeElement(parent)) && parent.name === node;
    return (
      !isMember &&
      !ts.isImportSpecifier(parent) &&
      !ts.isExportSpecifier(parent) &&
      !(ts.isDeclarationStatement(parent) && parent.name === node) &&
      !isVariable(parent, node)
    );
  };
  const visit = (node: ts.Node): boolean => isUse(node) || ts.forEachChild(node, visit) === true;
  return visit(sourceOf(file));
}

function isVariable(parent: ts.Node, node: ts.Node): boolean {
  return (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isParameter(parent)) && parent.name === node;
}
