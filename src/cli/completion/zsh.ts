/** Completions for zsh, a file for its `fpath` by the name of `_portbunny`. */
import type { Flag } from "../flag.ts";
import {
  ALL_COMMANDS,
  ALL_FLAGS,
  FILE_COMMANDS,
  LIST_INTERFACES,
  SHELLS,
  valueKind,
} from "./vocabulary.ts";

/** How zsh completes a value of each kind. */
const ACTIONS = { file: "_files", interface: "_portbunny_interfaces", other: " " } as const;

/** The script. */
export function zshCompletions(): string {
  const flags = ALL_FLAGS.flatMap((flag) => flag.forms.map((form) => specification(form, flag)));
  const commands = ALL_COMMANDS.map(([name, summary]) => quote(`${name}:${summary}`));
  return `#compdef portbunny
_portbunny_interfaces() {
  compadd -- \${(f)"$(${LIST_INTERFACES})"}
}
_portbunny_words() {
  local -a commands=(
    ${commands.join("\n    ")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
  fi
  _hosts
}
_portbunny() {
  if (( CURRENT > 2 )); then
    case $words[2] in
      ${FILE_COMMANDS.join("|")}) _files; return ;;
      completion) compadd -- ${SHELLS.join(" ")}; return ;;
    esac
  fi
  _arguments \\
    ${flags.join(" \\\n    ")} \\
    '*:target:_portbunny_words'
}
if [[ $funcstack[1] == _portbunny ]]; then
  _portbunny "$@"
else
  compdef _portbunny portbunny
fi
`;
}

/** One flag in the words of `_arguments`; each may be repeated. */
function specification(form: string, flag: Flag): string {
  const help = flag.help.replace(/[[\]:\\]/g, "\\$&");
  if (flag.takes !== "value") return quote(`*${form}[${help}]`);
  const joint = form.startsWith("--") ? "=" : "+";
  const value = `${flag.valueName ?? "VALUE"}:${ACTIONS[valueKind(flag)]}`;
  return quote(`*${form}${joint}[${help}]:${value}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
