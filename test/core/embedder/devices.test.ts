import { createRequire } from "node:module";
import { expect, test } from "vitest";
import {
  describeDevice,
  devicesToTry,
  minimumAgreement,
  parseDevices,
  reasonOf,
} from "../../../src/core/embedder/devices.ts";

test.each([
  ["auto", ["auto"]],
  ["CPU", ["cpu"]],
  ["cuda:1", ["cuda:1"]],
  ["cuda:0, cuda:1", ["cuda:0", "cuda:1"]],
  ["webgpu", ["webgpu"]],
])("%s is understood", (written, devices) => {
  expect(parseDevices(written)).toEqual(devices);
});

test.each([
  "gpu",
  "",
  "cuda:",
  "cuda:-1",
  "cuda:x",
  "cuda:0:1",
  "webgpu:1",
  "auto,cuda",
  "cuda,cuda",
  "cpu,",
])('"%s" is no device', (written) => {
  expect(parseDevices(written)).toBeUndefined();
});

test("what is tried on this platform is what onnxruntime has code for here", () => {
  // The binding itself: the module that wraps it reports its use unless it is loaded by the program's own door.
  const folder = `onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`;
  const binding = createRequire(import.meta.url)(folder);
  const inBinding = binding.listSupportedBackends().map(({ name }: { name: string }) => name);
  const platform = `${process.platform} ${process.arch}`;
  expect(inBinding).toEqual(
    expect.arrayContaining([...devicesToTry("auto", { platform, mayHaveGpu: true }).devices]),
  );
});

const linux = { platform: "linux x64", mayHaveGpu: true };

test("on a machine that shows no GPU nothing is tried by itself, and why is said", () => {
  const { devices, refused } = devicesToTry("auto", { ...linux, mayHaveGpu: false });
  expect(devices).toEqual([]);
  expect(refused.map(({ device }) => device)).toEqual(["cuda", "webgpu"]);
  expect(refused[0]?.reason).toMatch(/shows programs no GPU .*\/dev\/dri/);
});

test("what was asked for is tried even there; the CPU tries nothing", () => {
  expect(devicesToTry("cuda:1", { ...linux, mayHaveGpu: false })).toEqual({
    devices: ["cuda:1"],
    refused: [],
  });
  expect(devicesToTry("cpu", linux)).toEqual({ devices: [], refused: [] });
});

test.each([
  ["dml", "linux x64", /no such part on linux x64; there it has cuda and webgpu/],
  ["cuda", "darwin arm64", /there it has coreml and webgpu/],
  ["cuda", "linux arm64", /no such part on linux arm64$/],
])("%s is not tried on %s", (device, platform, reason) => {
  const { devices, refused } = devicesToTry(device, { platform, mayHaveGpu: true });
  expect(devices).toEqual([]);
  expect(refused).toEqual([{ device, reason: expect.stringMatching(reason) }]);
});

test("reduced precision may differ more", () => {
  expect(minimumAgreement("fp32")).toBeGreaterThan(minimumAgreement("fp16"));
  expect(minimumAgreement("q4f16")).toBe(minimumAgreement("fp16"));
  expect(minimumAgreement("fp16")).toBeGreaterThan(minimumAgreement("quantised"));
});

test("of what a driver says the cause is kept, and what can be done about it is added", () => {
  const said =
    "/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 Initialize adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n\n";
  expect(reasonOf("webgpu", said)).toMatch(
    /^Failed to get a WebGPU adapter: No supported adapters \(.*Vulkan/,
  );
  expect(
    reasonOf("cuda:1", "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library"),
  ).toMatch(/^Failed to load shared library \(run onnxruntime-node\/script\/install\.js .*CUDA 12/);
  expect(reasonOf("dml", `${"x".repeat(2000)}\nmore`)).toHaveLength(300);
});

test("a device is described by what its self-test found, never better than it was", () => {
  const test = { cosine: 0.99999996, perSecond: 412.3, cpuPerSecond: 9.84 };
  expect(describeDevice({ asked: "auto", device: "cuda", test, refused: [] })).toBe(
    "cuda (412/s in its self-test, the CPU 9.8/s; cosine with the CPU's vectors at least 0.999999)",
  );
  expect(describeDevice({ asked: "cpu", device: "cpu", refused: [] })).toBe("the CPU");
  const refused = [{ device: "cuda", reason: "no library" }];
  expect(describeDevice({ asked: "cuda", device: "cpu", refused })).toBe("the CPU (cuda: no library)");
  const alike = ["cuda", "webgpu"].map((device) => ({ device, reason: "no GPU" }));
  expect(describeDevice({ asked: "auto", device: "cpu", refused: alike })).toBe(
    "the CPU (cuda, webgpu: no GPU)",
  );
});
