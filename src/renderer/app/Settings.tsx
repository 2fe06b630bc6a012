import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { CommandKey } from '../i18n/CommandKey.tsx';
import { commandTitle } from '../i18n/commands.ts';
import { useWords } from '../i18n/words.tsx';
import { useRegistry } from '../state/commands.ts';
import { Icon } from '../ui/Icon.tsx';

/** Commands of the registry that are about the window and whoever sits before it. */
const MENU = [
  ...['lock', 'desk-code', 'sign-out', 'settings', 'help', 'new-window', 'diagnostics'],
  ...['theme', 'density', 'language'],
];

/** Who and where, and what can be done about it. */
export function Settings({ label }: { label: string }) {
  const words = useWords();
  const registry = useRegistry();
  return (
    <MenuTrigger>
      <Button className="top-who" aria-label={label ? undefined : words.t('settings.title')}>
        {label || <Icon name="settings" />}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={words.t('settings.title')}>
          {MENU.filter((id) => registry.can(id)).map((id) => (
            <MenuItem
              key={id}
              id={id}
              className="menu-item"
              textValue={commandTitle(words, { id })}
              // The menu has to be gone first: what it opens takes the focus.
              onAction={() => setTimeout(() => registry.run(id), 0)}
            >
              <span>{commandTitle(words, { id })}</span>
              <CommandKey of={id} />
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
