/**
 * Every icon of the product, bundled. The stock libraries of the component set fetch from a content network
 * or from data: URLs; these replace both, and draw straight into the element, so nothing is fetched at all.
 */
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Ban,
  BadgeCheck,
  Delete,
  IdCard,
  Keyboard,
  Printer,
  QrCode,
  Building,
  CalendarClock,
  CalendarDays,
  Camera,
  CameraOff,
  ChartColumn,
  Check,
  ChevronDown,
  ChevronLeft,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  CircleX,
  ClipboardCheck,
  ClipboardList,
  Clock,
  Copy,
  DoorOpen,
  Download,
  Eye,
  EyeClosed,
  EyeOff,
  House,
  Info,
  KeyRound,
  Languages,
  LayoutGrid,
  Link2,
  Lock,
  Mail,
  Merge,
  LogIn,
  LogOut,
  Maximize,
  Minimize,
  Minus,
  Monitor,
  Moon,
  Network,
  MonitorSmartphone,
  Pencil,
  Plus,
  RefreshCw,
  RotateCcw,
  ScanFace,
  ScrollText,
  Search,
  Server,
  Settings,
  ShieldCheck,
  Sun,
  SunMoon,
  Trash2,
  TriangleAlert,
  Upload,
  User,
  UserCheck,
  UserPlus,
  UserX,
  Users,
  Video,
  Volume2,
  VolumeX,
  WifiOff,
  X,
  type IconNode,
} from 'lucide';

const SVG = 'http://www.w3.org/2000/svg';

const ours: Record<string, IconNode> = {
  'arrow-down': ArrowDown,
  'arrow-left': ArrowLeft,
  'arrow-right': ArrowRight,
  'arrow-up': ArrowUp,
  ban: Ban,
  'badge-check': BadgeCheck,
  backspace: Delete,
  'id-card': IdCard,
  keypad: Keyboard,
  print: Printer,
  'qr-code': QrCode,
  calendar: CalendarDays,
  plan: CalendarClock,
  corrections: ClipboardCheck,
  'roll-call': ClipboardList,
  site: Building,
  camera: Camera,
  'camera-off': CameraOff,
  check: Check,
  reports: ChartColumn,
  'chevron-right': ChevronRight,
  'circle-alert': CircleAlert,
  'circle-check': CircleCheck,
  'circle-help': CircleHelp,
  clock: Clock,
  copy: Copy,
  door: DoorOpen,
  download: Download,
  eye: Eye,
  'eye-closed': EyeClosed,
  home: House,
  info: Info,
  key: KeyRound,
  grid: LayoutGrid,
  languages: Languages,
  link: Link2,
  lock: Lock,
  mail: Mail,
  'log-in': LogIn,
  'log-out': LogOut,
  maximize: Maximize,
  minimize: Minimize,
  station: Monitor,
  departments: Network,
  devices: MonitorSmartphone,
  moon: Moon,
  edit: Pencil,
  plus: Plus,
  refresh: RefreshCw,
  restart: RotateCcw,
  'scan-face': ScanFace,
  scroll: ScrollText,
  search: Search,
  server: Server,
  settings: Settings,
  shield: ShieldCheck,
  sun: Sun,
  'sun-moon': SunMoon,
  trash: Trash2,
  upload: Upload,
  warning: TriangleAlert,
  user: User,
  'user-check': UserCheck,
  'user-plus': UserPlus,
  'user-x': UserX,
  merge: Merge,
  users: Users,
  video: Video,
  'volume-on': Volume2,
  'volume-off': VolumeX,
  'wifi-off': WifiOff,
  close: X,
};

/** Names the components themselves ask for. */
const system: Record<string, IconNode> = {
  check: Check,
  'chevron-down': ChevronDown,
  'chevron-left': ChevronLeft,
  'chevron-right': ChevronRight,
  'circle-check': CircleCheck,
  'circle-info': Info,
  'circle-question': CircleHelp,
  'circle-xmark': CircleX,
  'circle-exclamation': CircleAlert,
  'triangle-exclamation': TriangleAlert,
  copy: Copy,
  eye: Eye,
  'eye-slash': EyeOff,
  indeterminate: Minus,
  'magnifying-glass': Search,
  minus: Minus,
  plus: Plus,
  xmark: X,
};

function draw(svg: SVGElement, node: IconNode) {
  svg.setAttribute('viewBox', '0 0 24 24');
  const stroke = { fill: 'none', stroke: 'currentColor', 'stroke-width': '2' };
  const round = { 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  const group = document.createElementNS(SVG, 'g');
  for (const [name, value] of Object.entries({ ...stroke, ...round })) group.setAttribute(name, value);
  for (const [tag, attributes] of node) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
    group.append(shape);
  }
  svg.querySelector('g')?.remove();
  svg.append(group);
}

function library(name: string, icons: Record<string, IconNode>) {
  registerIconLibrary(name, {
    // The sprite form is the one that asks for no file: its <use> stays empty and we draw beside it.
    spriteSheet: true,
    resolver: (icon) => `#${icon}`,
    mutator: (svg, host) => {
      const node = icons[host?.name ?? ''];
      if (node) draw(svg, node);
    },
  });
}

export function registerIcons() {
  library('default', ours);
  library('system', system);
}
