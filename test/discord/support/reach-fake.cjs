// Preloaded into an unmodified process: Discord's host names lead to the fake, whose port speaks no TLS.
const net = require("node:net");
const tls = require("node:tls");

const hosts = /^(discord\.com|gateway\.discord\.gg|cdn\.discordapp\.com|media\.discordapp\.net)$/;
const port = Number(process.env.FAKE_DISCORD_PORT);
const connect = tls.connect;

tls.connect = (...given) => {
  const options = given.find((each) => typeof each === "object" && each !== null) ?? {};
  if (!hosts.test(options.servername ?? options.host ?? "")) return connect(...given);
  const socket = net.connect({ host: "127.0.0.1", port });
  Object.assign(socket, {
    encrypted: true,
    authorized: true,
    alpnProtocol: false,
    getSession: () => undefined,
  });
  socket.once("connect", () => socket.emit("secureConnect"));
  const done = given.find((each) => typeof each === "function");
  if (done) socket.once("secureConnect", done);
  return socket;
};
