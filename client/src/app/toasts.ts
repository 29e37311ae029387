import '@awesome.me/webawesome/dist/components/toast/toast.js';
import type WaToast from '@awesome.me/webawesome/dist/components/toast/toast.js';
import { errorText } from '../components/error-text.ts';

type Variant = 'success' | 'warning' | 'danger' | 'neutral';

const ICONS: Record<Variant, string> = {
  success: 'circle-check',
  warning: 'warning',
  danger: 'circle-alert',
  neutral: 'info',
};

/** Shows a message at the edge of the page for a few seconds. @param message in the language of the page */
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
  toast(errorText(error), 'danger');
}
