import './styles/base.css';
import { followLinks } from './app/navigation.ts';
import { applyTheme } from './app/theme.ts';
import { registerIcons } from './icons/register.ts';
import './app/muster-app.ts';
import { reportUncaught } from './session/fault-report.ts';

reportUncaught();
registerIcons();
applyTheme();
followLinks();
