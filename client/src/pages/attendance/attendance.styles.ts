import { css } from 'lit';

export const styles = css`
  .days {
    display: flex;
    align-items: end;
    gap: 0.35rem;
  }
  .days wa-input {
    width: 11rem;
  }
  .time {
    white-space: nowrap;
    font-size: 1.0625rem;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .time.in {
    color: var(--m-in);
  }
  .time.out {
    color: var(--m-out);
  }
  .doubt {
    margin-inline-start: 0.35rem;
    color: var(--m-warn);
  }
  .look {
    display: inline-grid;
    margin-inline-start: 0.25rem;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    cursor: pointer;
  }
  .punch {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    min-height: 1.5rem;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .punch:hover .at {
    text-decoration: underline;
  }
  [data-voided] {
    opacity: 0.75;
  }
  [data-voided] .at {
    text-decoration: line-through;
  }
  .punches {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem;
  }
  /* One punch above the other when the other columns need the room. */
  td .punches {
    min-width: 7rem;
  }
  td.number .detail {
    min-width: 7rem;
    white-space: normal;
  }
  .narrow .punches {
    min-width: 0;
    margin-top: 0.35rem;
  }
  @media (max-width: 45rem) {
    /* The button at the end of the row must not need the room of a column. */
    td.actions {
      padding-inline: 0;
    }
    th.number {
      white-space: normal;
      hyphens: auto;
    }
    /* The punches below the name have the same mark. */
    .time + .doubt {
      display: none;
    }
    td,
    th {
      padding-inline: 0.4rem;
    }
    /* Two lines of hours and minutes leave room for the button at the end of the row. */
    td.number,
    td .chip {
      white-space: normal;
    }
    td.number .chip {
      text-align: center;
      border-radius: 0.75rem;
    }
    .acts wa-button {
      flex: 1 1 auto;
    }
    .time {
      font-size: 0.9375rem;
    }
    .days {
      width: 100%;
    }
    .days wa-input {
      flex: 1;
    }
  }
`;
