import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIntl } from 'react-intl';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../bridge/errors.ts';
import { LINK_REASONS, NOTICES, TROUBLES } from '../../bridge/reports.ts';
import { LANGUAGES } from '../../domain/language.ts';
import en from './en.json' with { type: 'json' };
import { LOCALES, TEXTS } from './words.tsx';

const ROOT = join(import.meta.dirname, '..');
const FILES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/u.test(file) && !/\.test\.tsx?$/u.test(file),
);

type Element = { type: number; value: string; options?: { [choice: string]: { value: Element[] } } };
const LITERAL = 0;
const PLURAL = 6;
const POUND = 7;

/** Names of the values that a message needs, read from its parsed form. */
function valuesOf(text: string): string[] {
  const { formatters } = createIntl({ locale: 'en' });
  const names = new Set<string>();
  const look = (elements: Element[]): void => {
    for (const { type, value, options } of elements) {
      if (type !== LITERAL && type !== POUND) names.add(value);
      for (const option of Object.values(options ?? {})) look(option.value);
    }
  };
  look(formatters.getMessageFormat(text, 'en').getAst() as unknown as Element[]);
  return [...names].sort();
}

/** The cases that a text tells apart, as `select none` or `plural one`, each once. */
function choicesOf(text: string): string[] {
  const { formatters } = createIntl({ locale: 'en' });
  const choices = new Set<string>();
  const look = (elements: Element[]): void => {
    for (const { type, options } of elements)
      for (const [choice, option] of Object.entries(options ?? {})) {
        choices.add(`${type === PLURAL ? 'plural' : 'select'} ${choice}`);
        look(option.value);
      }
  };
  look(formatters.getMessageFormat(text, 'en').getAst() as unknown as Element[]);
  return [...choices];
}

/** Attributes that people read or hear. */
const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label']);

function untranslated(file: string, code = readFileSync(join(ROOT, file), 'utf8')): string[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text)) found.push(`${file}: ${node.text.trim()}`);
    if (ts.isJsxAttribute(node) && node.initializer && ts.isStringLiteral(node.initializer)) {
      if (SPOKEN.has(node.name.getText()) && /\p{L}/u.test(node.initializer.text))
        found.push(`${file}: ${node.initializer.text}`);
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** Signs in a label of a key that are written down; a command's are read from the registry, where they may change. */
function writtenKeys(file: string, code = readFileSync(join(ROOT, file), 'utf8')): string[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const signs = (node: ts.Node): void => {
    const asks = ts.isCallExpression(node) && node.expression.getText() === 'key';
    // Enter belongs to the button that has the focus, and to no command.
    const isWritten = ts.isStringLiteralLike(node) && node.text !== 'Enter';
    // Digits pick from the list they stand in.
    if (isWritten || (ts.isJsxText(node) && !/^\s*\d?\s*$/u.test(node.text)))
      found.push(`${file}: ${node.getText()}`);
    if (!asks) ts.forEachChild(node, signs);
  };
  const look = (node: ts.Node): void => {
    if (ts.isJsxAttribute(node) && node.name.getText() === 'keyName' && node.initializer)
      signs(node.initializer);
    else if (ts.isJsxElement(node) && node.openingElement.tagName.getText() === 'Key')
      node.children.forEach(signs);
    else ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

describe('texts', () => {
  it('has each text in every language, in the same order', () => {
    for (const language of LANGUAGES) {
      const texts = TEXTS[language];
      expect([language, Object.keys(texts)]).toEqual([language, Object.keys(en)]);
      expect(Object.entries(texts).filter(([, text]) => text.trim() === '')).toEqual([]);
    }
  });

  it('takes the same values in every language, and every text can be said', () => {
    for (const language of LANGUAGES) {
      const broken: unknown[] = [];
      const { formatMessage } = createIntl({
        ...{ locale: LOCALES[language], messages: TEXTS[language] },
        onError: (error) => broken.push(error),
      });
      for (const [id, text] of Object.entries(en)) {
        const named = valuesOf(text);
        expect([language, id, valuesOf(TEXTS[language][id] ?? '')]).toEqual([language, id, named]);
        const values = Object.fromEntries(named.map((name) => [name, 2]));
        expect([language, id, formatMessage({ id }, values) === '', broken]).toEqual([
          language,
          id,
          false,
          [],
        ]);
      }
    }
  });

  it('has the plural forms that a language needs, and the cases that every language tells apart', () => {
    for (const language of LANGUAGES) {
      const needed = new Intl.PluralRules(LOCALES[language]).resolvedOptions().pluralCategories;
      for (const [id, text] of Object.entries(en)) {
        const said = choicesOf(TEXTS[language][id] ?? '');
        const kept = choicesOf(text).filter(
          (choice) => !choice.startsWith('plural') || /=|other/u.test(choice),
        );
        expect([language, id, kept.filter((choice) => !said.includes(choice))]).toEqual([language, id, []]);
        // `other` stands for the numbers of millions that Spanish counts with a form of their own.
        const forms = said
          .filter((choice) => choice.startsWith('plural'))
          .map((choice) => choice.split(' ')[1]);
        expect([
          language,
          id,
          forms.filter((form) => !/^=/u.test(form ?? '') && !needed.includes(form as never)),
        ]).toEqual([language, id, []]);
      }
    }
  });

  it('words every error that can cross the port', () => {
    expect(Object.keys(ERRORS).filter((code) => !Object.hasOwn(en, `error.${code}`))).toEqual([]);
  });

  it('words every report that can reach a person', () => {
    const families = { link: LINK_REASONS, notice: NOTICES, trouble: TROUBLES };
    for (const [family, codes] of Object.entries(families)) {
      const worded = Object.keys(en).filter((id) => id.startsWith(`${family}.`));
      expect(worded.sort()).toEqual(
        Object.keys(codes)
          .map((code) => `${family}.${code}`)
          .sort(),
      );
    }
  });

  it('has no text in a component that is not translated', () => {
    expect(FILES.length).toBeGreaterThan(50);
    expect(FILES.filter((file) => file.endsWith('.tsx')).flatMap((file) => untranslated(file))).toEqual([]);
    expect(untranslated('x.tsx', '<p title="Hello">Hi there</p>')).toHaveLength(2);
  });

  it('has no key beside a command that is not read from the registry', () => {
    expect(FILES.filter((file) => file.endsWith('.tsx')).flatMap((file) => writtenKeys(file))).toEqual([]);
    expect(writtenKeys('x.tsx', '<Action keyName="Y"><Key>W</Key></Action>')).toHaveLength(2);
    expect(writtenKeys('x.tsx', "<Action keyName={key('accept')}><Key>{name}</Key></Action>")).toEqual([]);
  });

  it('has no text that nothing uses', () => {
    const code = FILES.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
    const made = [...code.matchAll(/`([a-zA-Z][\w.]*\.)\$\{/gu)].map((match) => match[1] as string);
    const families = [...new Set([...made, 'consent.', 'preference.', 'audience.'])];
    const unused = Object.keys(en).filter(
      (id) =>
        !code.includes(`'${id}'`) &&
        !code.includes(`"${id}"`) &&
        !families.some((family) => id.startsWith(family)),
    );
    expect(unused).toEqual([]);
  });
});
