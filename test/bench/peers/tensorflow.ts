/** What the libraries run on: TensorFlow.js, one thread, SIMD. Their own binaries are not on npm. */
import { createRequire } from 'node:module';
import path from 'node:path';

export const require = createRequire(import.meta.url);

/** The folder of an installed package, past what it exports. */
export function folderOf(name: string): string {
  return path.join(import.meta.dirname, 'node_modules', name);
}

interface WasmBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(threads: number): void;
}

/** Before the first tensor: WebAssembly from the package's own files, on one thread. */
export function useWasm(): string {
  const wasm = require('@tensorflow/tfjs-backend-wasm') as WasmBackend;
  const files = `${path.join(folderOf('@tensorflow/tfjs-backend-wasm'), 'dist')}/`;
  wasm.setWasmPaths(files);
  wasm.setThreadsCount(1);
  return files;
}
