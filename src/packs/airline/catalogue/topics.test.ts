import { describe, expect, it } from 'vitest';
import type { Language } from '../../../domain/language.ts';
import { fill } from './explain.ts';
import { decisionInput } from './input.ts';
import { ACTION_TEXTS } from './texts.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

function titleOf(topic: string, language: Language = 'de'): string | null {
  const fact = (value: string) => ({ value, source: 'crm', at: '2026-11-20T12:00:00.000Z' });
  const facts = { 'case.c1.status': fact('open'), 'case.c1.topic': fact(topic) };
  const input = decisionInput({ id: 'p', identities: [], facts }, [], [], NOW);
  return fill(ACTION_TEXTS.apology?.title ?? [], input, language);
}

describe('the topic of a case', () => {
  it("is said in the operator's language where the vocabulary has it, else as the source named it", () => {
    expect(titleOf('refund')).toBe('Entschuldigen: Erstattung');
    expect(titleOf('refund', 'es')).toBe('Disculparse: reembolso');
    expect(titleOf('Lost umbrella')).toBe('Entschuldigen: Lost umbrella');
  });
});
