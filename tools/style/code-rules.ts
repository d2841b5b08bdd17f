import * as ts from 'typescript';
import { commentsOf, isCode, isSpec, lineOf, parse, walk } from './source-files';
import type { Problem, SourceFile } from './source-files';

const FORBIDDEN_IN_COMMENTS: readonly [RegExp, string][] = [
  [/@ts-(?:ignore|nocheck|expect-error)/, 'mend the type instead of silencing the compiler'],
  [/eslint-disable/, 'mend the code instead of silencing lint; a wrong rule is changed in eslint.config.mjs'],
  [/\b(?:TODO|FIXME|XXX|HACK)\b/, 'do it, or describe it in an issue'],
];
const COMMENTED_OUT =
  /^\/\/\s*(?:(?:const|let|import|export|return|await|throw)\b.*;|(?:if|for|while)\s*\(.*\{)\s*$/;
const NEST_GLOBALS = new Set(['forwardRef', 'Global']);
const FOCUSED = /^(?:fit|fdescribe|xit|xdescribe|xtest)$/;
const NEST_CLASSES = /^(?:Injectable|Controller)$/;

type Report = (node: ts.Node, message: string) => void;

/** What types, tests and Nest must not be tricked into. */
export function checkCode(file: SourceFile): Problem[] {
  if (!isCode(file)) return [];
  const tree = parse(file);
  const problems: Problem[] = [];
  const report: Report = (node, message) => {
    problems.push({ path: file.path, line: lineOf(tree, node.getStart()), message });
  };
  walk(tree, (node) => {
    checkTypes(node, report);
    checkNest(node, report);
    if (isSpec(file)) checkFocus(node, report);
    else checkModuleState(node, report);
  });
  return [...problems, ...checkComments(file, tree)];
}

function checkTypes(node: ts.Node, report: Report): void {
  if (node.kind === ts.SyntaxKind.AnyKeyword) report(node, '`any`: say what it is, or `unknown`');
  if (ts.isNonNullExpression(node))
    report(node, '`!`: handle the absence, or `present(value, what)` of kernel');
  if (
    ts.isAsExpression(node) &&
    ts.isAsExpression(node.expression) &&
    node.expression.type.kind === ts.SyntaxKind.UnknownKeyword
  ) {
    report(node, '`as unknown as`: check the value, or declare the type');
  }
}

function checkNest(node: ts.Node, report: Report): void {
  if (ts.isImportSpecifier(node) && NEST_GLOBALS.has((node.propertyName ?? node.name).text)) {
    report(node, `${node.name.text}: pass what a module needs as its options`);
  }
  if (!ts.isClassDeclaration(node) || !decoratorsOf(node).some((name) => NEST_CLASSES.test(name))) return;
  const constructor = node.members.find(ts.isConstructorDeclaration);
  for (const parameter of constructor?.parameters ?? []) {
    if (decoratorsOf(parameter).includes('Inject')) continue;
    report(parameter, 'a dependency without @Inject(…): emitted type metadata is not relied on');
  }
}

function decoratorsOf(node: ts.HasDecorators): string[] {
  return (ts.getDecorators(node) ?? []).map(({ expression }) =>
    ts.isCallExpression(expression) ? expression.expression.getText() : expression.getText(),
  );
}

function checkFocus(node: ts.Node, report: Report): void {
  if (!ts.isCallExpression(node)) return;
  const called = node.expression.getText();
  if (FOCUSED.test(called) || /^(?:it|test|describe)\.(?:only|skip|todo)\b/.test(called)) {
    report(node, `${called}: a suite runs whole`);
  }
}

/** A module in memory twice, or two services in one process, must not share state by accident. */
function checkModuleState(node: ts.Node, report: Report): void {
  if (!ts.isVariableStatement(node) || !ts.isSourceFile(node.parent)) return;
  if ((node.declarationList.flags & ts.NodeFlags.Const) === 0) {
    report(node, 'mutable state of a module: keep it in an object that somebody owns');
  }
}

function checkComments(file: SourceFile, tree: ts.SourceFile): Problem[] {
  return commentsOf(tree).flatMap(({ text, line }) => [
    ...FORBIDDEN_IN_COMMENTS.filter(([pattern]) => pattern.test(text)).map(([pattern, message]) => ({
      path: file.path,
      line,
      message: `${pattern.exec(text)?.[0] ?? ''}: ${message}`,
    })),
    ...(COMMENTED_OUT.test(text)
      ? [{ path: file.path, line, message: 'code in a comment: git remembers it, delete it' }]
      : []),
  ]);
}
