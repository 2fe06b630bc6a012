// Where SQL may stand, and how: only in the stores and migrations, never `SELECT *`, never with text put into it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../setup/base.mjs';

const HOMES = /^src\/(replica\/(store|migrations)|core\/store)\//;
/** Statements over all tables are made here from the schema itself, with quoted identifiers. */
const FROM_SCHEMA = 'src/core/store/shared/mirror.ts';
/** A statement: keywords in capitals anywhere, or in lower case at the start (prose begins with a capital). */
const STATEMENT = [
  /\b(SELECT\s[\s\S]*\sFROM|INSERT\s+(OR\s+[A-Z]+\s+)?INTO|REPLACE\s+INTO|UPDATE\s+(OR\s+[A-Z]+\s+)?\w+\s+SET)\s/,
  /\b(DELETE\s+FROM|(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(VIRTUAL\s+)?(TABLE|INDEX|TRIGGER|VIEW))\s/,
  /^\s*PRAGMA\s+\w+/,
  /^\s*(select\s[\s\S]*\sfrom|insert\s+(or\s+\w+\s+)?into|update\s+\w+\s+set|delete\s+from|pragma\s+\w+)\s/,
  /^\s*(create|drop|alter)\s+(unique\s+)?(virtual\s+)?(table|index|trigger|view)\s/,
];
const STAR = /\bselect\s+(distinct\s+)?(\w+\.)?\*/i;

const isSql = (text) => STATEMENT.some((pattern) => pattern.test(text));

/** The literal text of a string or template, its gaps shown as `?`; undefined for other nodes. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return { text: node.text, gaps: [] };
  if (!ts.isTemplateExpression(node)) return undefined;
  const text = node.head.text + node.templateSpans.map((span) => `?${span.literal.text}`).join('');
  return { text, gaps: node.templateSpans.map((span) => span.expression) };
}

/** A piece of SQL that is itself a constant of the file may be composed in; anything else is put-in text. */
function isConstantName(expression) {
  return ts.isIdentifier(expression) && /^[A-Z][A-Z0-9_]*$/.test(expression.text);
}

function joinsText(node) {
  const parent = node.parent;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    ![parent.left, parent.right].every((side) => ts.isStringLiteralLike(side) || isConstantName(side))
  );
}

function problemsOf(file, source) {
  const problems = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true);
  const add = (rule, node, text) => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    problems.push({ rule, text: `${file}:${line}: ${text}` });
  };
  const visit = (node) => {
    const literal = textOf(node);
    if (literal && isSql(literal.text)) {
      if (!HOMES.test(file)) add('sql-home', node, 'SQL text stands only in the stores and migrations.');
      if (STAR.test(literal.text))
        add('sql-star', node, 'SELECT * breaks silently when a table changes; name the columns.');
      const strange = literal.gaps.filter((gap) => !isConstantName(gap));
      if (file !== FROM_SCHEMA && (strange.length > 0 || joinsText(node))) {
        add(
          'sql-text',
          node,
          'text is put into SQL; use parameters, or a constant of this file in capitals.',
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return problems;
}

/** Checks all of src/ below `root`, tests left out; returns [{rule, text}]. */
export function checkSql(root = ROOT) {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/(\.test\.tsx?|[/\\]test-[a-z-]+\.ts)$/.test(name))
    .map((name) => join(root, 'src', name))
    .flatMap((path) => problemsOf(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')));
}
