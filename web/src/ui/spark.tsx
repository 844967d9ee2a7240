/* A line over and under zero: volt where the left side leads, iris where the right does. */
interface SparkProps {
  values: readonly number[];
  label: string;
}

const W = 300;
const H = 62;

/** The line's points in a W x H box, zero in the middle, the largest swing 90 % of the half. */
export function sparkPath(values: readonly number[]): string {
  const reach = Math.max(1, ...values.map(Math.abs));
  const stepX = values.length > 1 ? W / (values.length - 1) : W;
  return values
    .map(
      (v, i) =>
        `${i === 0 ? 'M' : 'L'}${(i * stepX).toFixed(1)} ${(H / 2 - (v / reach) * (H / 2) * 0.9).toFixed(1)}`,
    )
    .join(' ');
}

export const Spark = ({ values, label }: SparkProps) => {
  const line = sparkPath(values);
  const area = `${line} L${W} ${H / 2} L0 ${H / 2}Z`;
  return (
    <svg class="spark" viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <defs>
        <clipPath id="spark-up">
          <rect width={W} height={H / 2} />
        </clipPath>
        <clipPath id="spark-down">
          <rect y={H / 2} width={W} height={H / 2} />
        </clipPath>
      </defs>
      <path d={area} class="up area" clip-path="url(#spark-up)" />
      <path d={area} class="down area" clip-path="url(#spark-down)" />
      <path d={`M0 ${H / 2}H${W}`} class="zero" />
      <path d={line} class="up line" clip-path="url(#spark-up)" />
      <path d={line} class="down line" clip-path="url(#spark-down)" />
    </svg>
  );
};
