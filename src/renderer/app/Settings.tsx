import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { useWords } from '../i18n/words.tsx';
import { useRegistry } from '../state/commands.ts';
import { type Language, session, type Theme, useSession } from '../state/session.ts';
import { Icon } from '../ui/Icon.tsx';

const THEMES: Theme[] = ['system', 'light', 'dark'];

/** Who and where, and how the screen looks and speaks. */
export function Settings({ label }: { label: string }) {
  const words = useWords();
  const { t } = words;
  const registry = useRegistry();
  const theme = useSession((state) => state.theme);
  const language = useSession((state) => state.language);
  return (
    <MenuTrigger>
      <Button className="top-who" aria-label={label ? undefined : t('settings.title')}>
        {label || <Icon name="settings" />}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t('settings.title')}
          onAction={(id) => void registry.run(String(id))}
        >
          {registry.can('lock') ? (
            <MenuSection>
              <Header className="menu-head">{t('settings.you')}</Header>
              {['lock', 'sign-out'].map((id) => (
                <MenuItem key={id} id={id} className="menu-item">
                  {words.known(`command.${id}`)}
                </MenuItem>
              ))}
            </MenuSection>
          ) : null}
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onSelectionChange={(keys) => session.setState({ theme: [...keys][0] as Theme })}
          >
            <Header className="menu-head">{t('settings.theme')}</Header>
            {THEMES.map((id) => (
              <MenuItem key={id} id={id} className="menu-item">
                {t(`settings.theme.${id}`)}
              </MenuItem>
            ))}
          </MenuSection>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[language]}
            onSelectionChange={(keys) => session.setState({ language: [...keys][0] as Language })}
          >
            <Header className="menu-head">{t('settings.language')}</Header>
            <MenuItem id="en" className="menu-item">
              {t('settings.language.en')}
            </MenuItem>
            <MenuItem id="de" className="menu-item">
              {t('settings.language.de')}
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
