/** For what is read aloud and not seen: headings of full screens, labels of fields that explain themselves to the eye. */
import { css } from 'lit';

export const spoken = css`
  .spoken,
  .unlabeled::part(label) {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
