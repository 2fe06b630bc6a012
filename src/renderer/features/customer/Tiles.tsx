import type { CustomerView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { valueText } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import type { Change } from '../../state/changes.ts';
import { clock } from '../../state/clock.ts';
import { Icon } from '../../ui/Icon.tsx';
import { OwnMark } from '../outbox/index.ts';
import { type Tile, tilesOf } from './tiles.ts';

export function Tiles({ view, changes }: { view: CustomerView; changes: Change[] }) {
  const words = useWords();
  const tiles = tilesOf(words, view, clock.now());
  return (
    <ul className="tiles" aria-label={words.t('tile.title')}>
      {tiles.map((tile) => (
        <TileCell
          key={tile.id}
          tile={tile}
          change={changes.find((change) => tile.names.includes(change.name))}
        />
      ))}
    </ul>
  );
}

function TileCell({ tile, change }: { tile: Tile; change: Change | undefined }) {
  const words = useWords();
  const was = change ? valueText(words, change.was, clock.now()) : '';
  const showsWas = change !== undefined && change.was !== null && !tile.value.includes(was);
  return (
    <li className={`tile${change ? ' tile-changed' : ''}`}>
      <span className="tile-label">{tile.label}</span>
      {tile.fact ? (
        <Origin source={tile.fact.source} at={tile.fact.at} limitSeconds={tile.fact.limitSeconds} />
      ) : null}
      <span className={`tile-value tone-${tile.tone}`}>
        {tile.tone === 'plain' ? null : <Icon name={tile.tone === 'critical' ? 'ban' : 'warning'} />}
        <span className="tile-text">{tile.value}</span>
        {showsWas ? <s>{was}</s> : null}
      </span>
      <span className="tile-sub">{tile.fact?.pending ? words.t('tile.pending') : tile.sub}</span>
      <OwnMark facts={tile.names} />
    </li>
  );
}
