/* The field bar: who has how much of something, on a field of ten segments with the ball at the line. */
export interface FieldProps {
  /** The left side's share, 0..1. */
  share: number;
  label: string;
  isSlim?: boolean;
}

export const FieldBar = ({ share, label, isSlim }: FieldProps) => {
  const percent = Math.round(share * 100);
  return (
    // biome-ignore lint/a11y/useSemanticElements: <meter> cannot be drawn as a field with a ball
    <div
      class="bar"
      role="meter"
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-label={label}
      style={{ '--p': `${Math.min(98, Math.max(2, share * 100)).toFixed(1)}%` }}
    >
      <i class="a" />
      <i class="b" />
      {!isSlim && (
        <svg class="ball" viewBox="0 0 26 18" aria-hidden="true">
          <path
            d="M1.5 9C4.5 3.8 9 1.5 13 1.5S21.500 3.800 24.500 9C21.500 14.200 17 16.500 13 16.500S4.500 14.200 1.500 9z"
            fill="#f2f5fa"
            stroke="#090b10"
            stroke-width="2.2"
          />
          <path
            d="M9 9h8M11 7.300v3.400M13 7.300v3.400M15 7.300v3.400"
            stroke="#090b10"
            stroke-width="1.300"
            stroke-linecap="round"
          />
        </svg>
      )}
    </div>
  );
};
