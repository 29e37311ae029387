/** The paper around a QR code: white in both themes, because cameras read dark on light. */
import { css } from 'lit';

export const qrPaper = css`
  .qr {
    justify-self: center;
    padding: 0.9rem;
    border-radius: var(--m-radius);
    background: #fff;
    color: #12141c;
    line-height: 0;
    border: 1px solid var(--m-line);
  }
`;
