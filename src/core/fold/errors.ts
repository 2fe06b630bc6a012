/** A profile's row would become larger than consoles can hold (200 KB): what caused it is refused. */
export class RowTooLarge extends Error {
  readonly code = 'row_too_large';
  readonly profileId: string;

  constructor(profileId: string) {
    super('the profile would become larger than 200 KB');
    this.profileId = profileId;
  }
}

/** A command or a decision about a profile that is not there. */
export class UnknownProfile extends Error {
  readonly code = 'unknown_profile';

  constructor() {
    super('there is no such profile');
  }
}
