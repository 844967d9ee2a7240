/** How far something has come; without a total it only says that it goes on. */
export const Progress = ({ label, done, total }: { label: string; done: number; total: number | null }) => (
  <div class="going">
    <p aria-live="polite">{label}</p>
    <progress aria-label={label} max={total ?? 1} {...(total !== null && { value: Math.min(done, total) })} />
  </div>
);
