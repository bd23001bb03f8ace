import type { Camera } from "./camera.ts";

/** Draws a dot for every picture. */
export interface Dots {
  draw(camera: Camera, style: DotStyle): void;
}

export interface DotStyle {
  /** In CSS pixels. */
  readonly size: number;
  /** Red, green, blue and opacity, each 0..1. */
  readonly color: readonly [number, number, number, number];
}

const VERTEX = `#version 300 es
in vec2 place;
uniform vec2 scale;
uniform vec2 offset;
uniform float size;
void main() {
  gl_Position = vec4(place * scale + offset, 0.0, 1.0);
  gl_PointSize = size;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform vec4 color;
uniform float size;
out vec4 shown;
void main() {
  float far = length(gl_PointCoord - 0.5) * size;
  float cover = clamp(size * 0.5 - far, 0.0, 1.0);
  if (cover <= 0.0) discard;
  shown = vec4(color.rgb * color.a * cover, color.a * cover);
}`;

/** By WebGL, or where there is none by the canvas itself. */
export function createDots(canvas: HTMLCanvasElement, positions: Float32Array): Dots {
  const gl = canvas.getContext("webgl2", { premultipliedAlpha: true, antialias: false });
  return gl ? webGlDots(gl, positions) : canvasDots(canvas.getContext("2d"), positions);
}

function webGlDots(gl: WebGL2RenderingContext, positions: Float32Array): Dots {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) continue;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`The map cannot be drawn: ${gl.getProgramInfoLog(program)}`);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, positions, gl.STATIC_DRAW);
  const place = gl.getAttribLocation(program, "place");
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, 2, gl.FLOAT, false, 0, 0);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const uniform = (name: string) => gl.getUniformLocation(program, name);
  const uniforms = {
    scale: uniform("scale"),
    offset: uniform("offset"),
    size: uniform("size"),
    color: uniform("color"),
  };
  return {
    draw(camera, { size, color }) {
      const { width, height, scale } = camera;
      const origin = camera.toScreen({ x: 0, y: 0 });
      gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(uniforms.scale, (2 * scale) / width, (2 * scale) / height);
      gl.uniform2f(uniforms.offset, (2 * origin.x) / width - 1, 1 - (2 * origin.y) / height);
      gl.uniform1f(uniforms.size, size * (gl.drawingBufferWidth / width));
      gl.uniform4f(uniforms.color, ...color);
      gl.drawArrays(gl.POINTS, 0, positions.length / 2);
    },
  };
}

function canvasDots(context: CanvasRenderingContext2D | null, positions: Float32Array): Dots {
  return {
    draw(camera, { size, color }) {
      if (!context) return;
      const ratio = context.canvas.width / camera.width;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, camera.width, camera.height);
      const [red, green, blue, opacity] = color;
      context.fillStyle = `rgb(${255 * red} ${255 * green} ${255 * blue} / ${opacity})`;
      const origin = camera.toScreen({ x: 0, y: 0 });
      for (let at = 0; at < positions.length; at += 2) {
        const x = origin.x + (positions[at] ?? 0) * camera.scale;
        const y = origin.y - (positions[at + 1] ?? 0) * camera.scale;
        if (x > -size && y > -size && x < camera.width + size && y < camera.height + size)
          context.fillRect(x - size / 2, y - size / 2, size, size);
      }
    },
  };
}
