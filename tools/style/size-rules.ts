import * as ts from 'typescript';
import { isCode, isSpec, lineOf, parse, walk } from './source-files';
import type { Problem, SourceFile } from './source-files';

const FILE_LINES_MAX = 400;
const SPEC_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;
const PARAMETERS_MAX = 3;

/** Files and functions that one can read at a sitting; parameters that one can tell apart. */
export function checkSizes(file: SourceFile): Problem[] {
  if (!isCode(file)) return [];
  return [...checkFileSize(file), ...checkFunctions(file)];
}

function checkFileSize(file: SourceFile): Problem[] {
  const lines = file.text.split('\n').length - 1;
  const linesMax = isSpec(file) ? SPEC_LINES_MAX : FILE_LINES_MAX;
  if (lines <= linesMax) return [];
  const message = `${String(lines)} lines, at most ${String(linesMax)}: split it by what it is about`;
  return [{ path: file.path, line: 1, message }];
}

function checkFunctions(file: SourceFile): Problem[] {
  const tree = parse(file);
  const problems: Problem[] = [];
  walk(tree, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const line = lineOf(tree, node.getStart());
    const lines = lineOf(tree, node.end) - line + 1;
    if (lines > FUNCTION_LINES_MAX && !isDescribe(node)) {
      const message = `a function of ${String(lines)} lines, at most ${String(FUNCTION_LINES_MAX)}: name its parts`;
      problems.push({ path: file.path, line, message });
    }
    const parameters = node.parameters.filter((parameter) => ts.getDecorators(parameter) === undefined);
    if (parameters.length > PARAMETERS_MAX && !ts.isConstructorDeclaration(node) && !isCallback(node)) {
      const message = `${String(parameters.length)} parameters, at most ${String(PARAMETERS_MAX)}: take an options object`;
      problems.push({ path: file.path, line, message });
    }
  });
  return problems;
}

/** The body of a `describe` is a chapter of a spec, not a function. */
function isDescribe(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression.getText().startsWith('describe');
}

/** Who is called back does not choose the parameters; nor does a route, whose parameters are decorated. */
function isCallback(node: ts.Node): boolean {
  return (
    ts.isArrowFunction(node) || (ts.isMethodDeclaration(node) && ts.isObjectLiteralExpression(node.parent))
  );
}
