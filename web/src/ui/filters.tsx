/* What lists of players are narrowed by: a name that is typed, a position. */
import { t } from '../i18n';
import { type Position, positions, slotName } from '../lib/game';
import { Icon } from './icon';

interface SearchProps {
  value: string;
  onInput: (value: string) => void;
}

export const PlayerSearch = ({ value, onInput }: SearchProps) => (
  <label class="search">
    <Icon name="search" />
    <span class="vh">{t.players.search}</span>
    <input
      type="search"
      placeholder={t.players.search}
      value={value}
      maxLength={60}
      autoComplete="off"
      spellcheck={false}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  </label>
);

interface PositionProps {
  value: Position | '';
  onChoose: (position: Position | '') => void;
}

export const PositionChoice = ({ value, onChoose }: PositionProps) => (
  <fieldset class="seg" aria-label={t.players.position}>
    {(['', ...positions] as const).map((p) => (
      <button key={p} type="button" aria-pressed={value === p} onClick={() => onChoose(p)}>
        {p === '' ? t.players.all : slotName(p)}
      </button>
    ))}
  </fieldset>
);
