/** What a station signs with its own key (Ed25519), as text: once at its enrolment, then each time it wants a token. */
export const enrolmentText = (code: string, publicKey: string): string =>
  `kairos-enrolment/1\n${code}\n${publicKey}`;

export const challengeText = (station: string, challenge: string): string =>
  `kairos-station/1\n${station}\n${challenge}`;

/** As an enrolment code was meant: people type it without dashes, in small letters, O for 0 and I or L for 1. */
export const plainCode = (typed: string): string =>
  typed.toUpperCase().replaceAll(/[\s-]/gu, '').replaceAll('O', '0').replaceAll(/[IL]/gu, '1');
