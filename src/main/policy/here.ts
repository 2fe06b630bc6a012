import { openingSwitch } from '../security/switches.ts';
import { assertCore, BadPolicy, NO_POLICY, type Policy, policyPath, readPolicy } from './policy.ts';

/**
 * The policy of this machine. A package has its own place, which users cannot write; a build for development may be told
 * one by KAIROS_POLICY. @throws BadPolicy
 */
export function policyHere(isPackaged: boolean, core: string | null): Policy {
  const { ProgramData: programData = 'C:\\ProgramData', KAIROS_POLICY: told = '' } = process.env;
  const path = isPackaged ? policyPath(process.platform, process.execPath, programData) : told;
  const policy = path === '' ? NO_POLICY : readPolicy(path);
  assertCore(policy, core);
  const opening = openingSwitch(process.argv, process.getuid?.() === 0);
  if (isPackaged && !policy.devTools && opening !== null)
    throw new BadPolicy(`${opening} is for developers, and devTools is not allowed here`);
  return policy;
}
