import '@awesome.me/webawesome/dist/components/toast/toast.js';
import type WaToast from '@awesome.me/webawesome/dist/components/toast/toast.js';
import { ClientError } from '../session/client-error.ts';

type Variant = 'success' | 'warning' | 'danger' | 'neutral';

const ICONS: Record<Variant, string> = {
  success: 'circle-check',
  warning: 'warning',
  danger: 'circle-alert',
  neutral: 'info',
};

/** Says something for a few seconds, at the edge of the page. */
export function toast(message: string, variant: Variant = 'success') {
  let stack = document.querySelector<WaToast>('wa-toast');
  if (!stack) {
    stack = document.createElement('wa-toast');
    stack.placement = 'bottom-end';
    document.body.append(stack);
  }
  stack
    .create(message, { variant, icon: ICONS[variant], duration: variant === 'danger' ? 8000 : 5000 })
    .catch(() => {});
}

export function toastError(error: unknown) {
  toast(ClientError.of(error).message, 'danger');
}
