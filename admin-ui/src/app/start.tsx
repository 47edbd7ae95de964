/** What is seen until it is known who is here: the same still mark as in index.html, so that nothing jumps. */
export const Start = () => (
  <div className="start">
    <svg width="56" height="56" viewBox="0 0 32 32" aria-hidden="true">
      <path className="track" d="M7.515 24.485A12 12 0 1 1 24.485 24.485" />
      <path className="lit" d="M7.515 24.485A12 12 0 0 1 24.485 7.515" />
      <circle className="knob" cx="16" cy="16" r="7" />
    </svg>
  </div>
);
