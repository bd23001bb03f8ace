/** How makers write themselves in files, and what their cameras are called. */
const MAKERS: readonly (readonly [written: RegExp, name: string])[] = [
  [/^nikon/i, "Nikon"],
  [/^canon/i, "Canon"],
  [/^sony ericsson/i, "Sony Ericsson"],
  [/^sony/i, "Sony"],
  [/^fuji/i, "Fujifilm"],
  [/^olympus/i, "Olympus"],
  [/^om digital/i, "OM System"],
  [/^panasonic/i, "Panasonic"],
  [/^leica/i, "Leica"],
  [/^(asahi optical|pentax)/i, "Pentax"],
  [/^ricoh/i, "Ricoh"],
  [/^samsung/i, "Samsung"],
  [/^konica minolta/i, "Konica Minolta"],
  [/^konica/i, "Konica"],
  [/^minolta/i, "Minolta"],
  [/^(eastman )?kodak/i, "Kodak"],
  [/^casio/i, "Casio"],
  [/^(hewlett[- ]packard|hp\b)/i, "HP"],
  [/^lg ?e(lectronics)?\b/i, "LG"],
  [/^research in motion/i, "BlackBerry"],
  [/^seiko epson/i, "Epson"],
  [/^sigma/i, "Sigma"],
  [/^xiaomi/i, "Xiaomi"],
  [/^huawei/i, "Huawei"],
  [/^motorola/i, "Motorola"],
  [/^nokia/i, "Nokia"],
  [/^sanyo/i, "Sanyo"],
  [/^toshiba/i, "Toshiba"],
];

/** Maker and model in one name, each once: "NIKON CORPORATION" and "NIKON D70" are "Nikon D70". */
export function cameraName(make: string | undefined, model: string | undefined): string | undefined {
  const [written, named] = [make ?? "", model ?? ""];
  const maker = makerOf(written) ?? makerOf(named) ?? written;
  if (maker === "") return named || undefined;
  // A model that begins with its maker, in whichever spelling.
  const beginnings = [maker, written, written.split(" ")[0] ?? ""].sort((a, b) => b.length - a.length);
  const beginning = beginnings.find((one) => one !== "" && startsWithWord(named, one));
  const rest = beginning === undefined ? named : named.slice(beginning.length).replace(/^[\s_-]+/, "");
  return rest === "" ? maker : `${maker} ${rest}`;
}

const makerOf = (text: string) => MAKERS.find(([written]) => written.test(text))?.[1];

const startsWithWord = (text: string, word: string) =>
  text.slice(0, word.length).toLowerCase() === word.toLowerCase() && !/^\p{L}/u.test(text.slice(word.length));
