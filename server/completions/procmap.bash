# bash completion for procmap; put it in /usr/share/bash-completion/completions/procmap, or source it.
_procmap_pids() {
  local path
  for path in /proc/[1-9]*; do printf '%s\n' "${path#/proc/}"; done
}

# Generated from the options in server/src/options: node server/write-options.ts
# options
_procmap_options() {
  case $1 in
    serve) echo '--port= --host= --socket= --peer-uid= --allow-host= --plain-origin --metrics-match= --token-file= --rate= --tick-share= --unsafe-path --help' ;;
    open) echo '--port= --socket= --help' ;;
    record) echo '--pid= --output= --for= --rate= --force --help' ;;
    diff) echo '--by= --format= --no-color --help' ;;
    *) echo '--pid= --at= --only-user --only-kernel --locate= --export-maps= --export-kernel= --format= --breakdown --width= --no-color --no-stats --log= --no-log --verbose --debug --version --ver --help' ;;
  esac
}

# Completes the value of an option; fails if the option takes none.
_procmap_value() {
  case $1 in
    --port) echo '' ;;
    --host) echo 'words 127.0.0.1 localhost' ;;
    --socket) echo 'files' ;;
    --peer-uid) echo 'words any' ;;
    --allow-host) echo '' ;;
    --metrics-match) echo '' ;;
    --token-file) echo 'files' ;;
    --rate) echo '' ;;
    --tick-share) echo '' ;;
    -p | --pid) echo 'pids' ;;
    --at) echo '' ;;
    --locate) echo '' ;;
    --export-maps) echo 'files' ;;
    --export-kernel) echo 'files' ;;
    --format) echo 'words text json csv' ;;
    --width) echo '' ;;
    --log) echo 'files' ;;
    -o | --output) echo 'files' ;;
    --for) echo '' ;;
    --by) echo 'words address content' ;;
    *) return 1 ;;
  esac
}
# end of options

_procmap() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} option='' prefix=''
  COMPREPLY=()
  # If = separates words, "--pid=12" is three words.
  if [[ $word == = ]]; then
    option=$before word=''
  elif [[ $before == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $word == --*=* ]]; then
    option=${word%%=*} prefix="$option=" word=${word#*=}
  elif _procmap_value "$before" >/dev/null; then
    option=$before
  fi
  if [[ $option == -* ]]; then
    local values
    values=$(_procmap_value "$option")
    case $values in
      pids) mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$(_procmap_pids)" -- "$word") ;;
      words\ *) mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "${values#words }" -- "$word") ;;
      files)
        # Only where readline quotes special characters in names. After "--log=" in one word it does not, and part of a file's name could be executed.
        [[ -n $prefix ]] && return 0
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    esac
    return 0
  fi
  local words verb=${COMP_WORDS[1]-}
  words=$(_procmap_options "$verb")
  if [[ ($verb == show || $verb == diff) && $word != -* ]] && ((COMP_CWORD > 1)); then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return 0
  fi
  if [[ $verb != serve && $verb != open ]]; then
    ((COMP_CWORD == 1)) && words+=' serve open show record diff'
    # Only process IDs: any other word would hide the verbs.
    [[ $word == [1-9]* ]] && words=$(_procmap_pids)
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}

complete -F _procmap procmap
