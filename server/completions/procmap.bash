# bash completion for procmap; put it into /usr/share/bash-completion/completions/procmap, or source it.
_procmap_pids() {
  local path
  for path in /proc/[1-9]*; do printf '%s\n' "${path#/proc/}"; done
}

_procmap() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} option='' prefix=''
  COMPREPLY=()
  # Where = divides words, "--pid=12" is three of them.
  if [[ $word == = ]]; then
    option=$before word=''
  elif [[ $before == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $word == --*=* ]]; then
    option=${word%%=*} prefix="$option=" word=${word#*=}
  elif [[ $before == -p || $before =~ ^--(pid|format|log|export-maps|export-kernel|token-file|host|width|locate|port|rate|allow-host|peer-uid|socket|metrics-match|tick-share)$ ]]; then
    option=$before
  fi
  case $option in
    -p | --pid) mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$(_procmap_pids)" -- "$word") ;;
    --format) mapfile -t COMPREPLY < <(compgen -P "$prefix" -W 'text json' -- "$word") ;;
    --host) mapfile -t COMPREPLY < <(compgen -P "$prefix" -W '127.0.0.1 localhost' -- "$word") ;;
    --log | --export-maps | --export-kernel | --token-file | --socket)
      # Only where readline itself quotes what is odd in a name: behind "--log=" in one word it would not, and a file's name would be run.
      [[ -n $prefix ]] && return 0
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      ;;
    -*) ;;
    *)
      local words
      case ${COMP_WORDS[1]-} in
        serve) words='--port= --host= --socket= --peer-uid= --allow-host= --plain-origin --token-file= --metrics-match= --rate= --tick-share= --unsafe-path --help' ;;
        open) words='--port= --socket= --help' ;;
        *)
          words='--pid= --only-user --only-kernel --locate= --export-maps= --export-kernel= --format= --width= --no-color --no-stats --log= --no-log --verbose --debug --version --ver --help'
          ((COMP_CWORD == 1)) && words+=' serve open'
          # The number of a process alone: any other word would hide the verbs among them.
          [[ $word == [1-9]* ]] && words=$(_procmap_pids)
          ;;
      esac
      mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
      [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
      ;;
  esac
  return 0
}

complete -F _procmap procmap
