/** Prepares the TensorFlow.js that the libraries use, with one thread and SIMD. Its native binaries are not on npm. */
import { createRequire } from 'node:module';
import path from 'node:path';

export const require = createRequire(import.meta.url);

/** The folder of an installed package, including files that the package does not export. */
export function folderOf(name: string): string {
  return path.join(import.meta.dirname, 'node_modules', name);
}

interface WasmBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(threads: number): void;
}

/** Selects WebAssembly from the package's own files, on one thread. Call it before the first tensor is created. */
export function useWasm(): string {
  const wasm = require('@tensorflow/tfjs-backend-wasm') as WasmBackend;
  const files = `${path.join(folderOf('@tensorflow/tfjs-backend-wasm'), 'dist')}/`;
  wasm.setWasmPaths(files);
  wasm.setThreadsCount(1);
  return files;
}
