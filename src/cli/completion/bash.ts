/** Completions for bash, without its completion library, which is not everywhere. */
import {
  ALL_COMMANDS,
  ALL_FLAGS,
  FILE_COMMANDS,
  formsTaking,
  LIST_INTERFACES,
  SHELLS,
} from "./vocabulary.ts";

/** The script. */
export function bashCompletions(): string {
  const flags = ALL_FLAGS.flatMap(({ forms }) => forms).join(" ");
  const commands = ALL_COMMANDS.map(([name]) => name).join(" ");
  return `# bash completions for portbunny
_portbunny() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $before in
    ${formsTaking("file").join("|")})
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return ;;
    ${formsTaking("interface").join("|")})
      mapfile -t COMPREPLY < <(compgen -W "$(${LIST_INTERFACES})" -- "$word")
      return ;;
    ${formsTaking("other").join("|")})
      return ;;
  esac
  case \${COMP_WORDS[1]} in
    ${FILE_COMMANDS.join("|")})
      if [ "$COMP_CWORD" -gt 1 ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
      fi ;;
    completion)
      if [ "$COMP_CWORD" -gt 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "${SHELLS.join(" ")}" -- "$word")
        return
      fi ;;
  esac
  case $word in
    -*) mapfile -t COMPREPLY < <(compgen -W "${flags}" -- "$word") ;;
    *)
      mapfile -t COMPREPLY < <(compgen -A hostname -- "$word")
      if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "${commands}" -- "$word")
      fi ;;
  esac
}
complete -F _portbunny portbunny
`;
}
