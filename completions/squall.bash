# bash completion for squall

_squall() {
  local command_name="${COMP_WORDS[0]/#\~/$HOME}" cur="${COMP_WORDS[COMP_CWORD]}" prev=""
  local command="" word options positionals_max=1 positionals=0 i
  local study="--replications --jobs --precision --metric --max-events --max-memory"
  local trace="--trace --trace-requests --trace-format"
  ((COMP_CWORD > 0)) && prev="${COMP_WORDS[COMP_CWORD - 1]}"
  COMPREPLY=()

  # The command, and how many names stand before the cursor already.
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word="${COMP_WORDS[i]}"
    case "$word" in
      --set | --seed | --json | --csv | --html | --trace | --trace-requests | --trace-format | --variant | --format | --replications | --jobs | --precision | \
        --metric | --max-events | --max-memory | --case | --z-max | --markdown | --scenario | \
        --document | --allow | --into | --call | --policy | --port | --host | --export)
        # bash splits --json=FILE into three words, and the value of --set PATH=VALUE likewise.
        [[ "${COMP_WORDS[i + 1]-}" == "=" ]] && ((++i))
        ((++i))
        ;;
      =) ((++i)) ;;
      -?*) ;;
      *)
        if [[ -z "$command" ]]; then command="$word"; else ((++positionals)); fi
        ;;
    esac
  done
  # --json=FILE: the word before the sign is the option.
  if [[ "$cur" == "=" ]]; then
    cur=""
  elif [[ "$prev" == "=" ]] && ((COMP_CWORD > 1)); then
    prev="${COMP_WORDS[COMP_CWORD - 2]}"
  fi

  case "$command" in
    "")
      mapfile -t COMPREPLY < <(compgen -W "compare run check scenarios validate import serve --help --version" -- "$cur")
      return
      ;;
    compare) options="--set --seed $study --json --csv --html $trace --quiet --no-color --help" ;;
    run) options="--set --seed --variant $study --json --csv --html $trace --quiet --no-color --help" ;;
    check) options="--set --seed --format --document --strict --allow --quiet --no-color --help" ;;
    scenarios) options="--names --help" ;;
    validate)
      options="--thorough --case --seed --jobs --z-max --json --markdown --list --names --scenario
        --quiet --no-color --help"
      positionals_max=0
      ;;
    import)
      options="--into --call --policy --help"
      positionals_max=1000
      ;;
    serve)
      options="--port --host --open --export --quiet --help"
      positionals_max=0
      ;;
    *) return ;;
  esac

  case "$prev" in
    --into)
      _squall_files -f
      _squall_names
      return
      ;;
    --json | --html | --markdown | --trace)
      _squall_files -f
      return
      ;;
    --csv | --export)
      _squall_files -d
      return
      ;;
    --format)
      mapfile -t COMPREPLY < <(compgen -W "text json sarif" -- "$cur")
      return
      ;;
    --trace-format)
      mapfile -t COMPREPLY < <(compgen -W "chrome otlp" -- "$cur")
      return
      ;;
    --document)
      mapfile -t COMPREPLY < <(compgen -W "yaml json" -- "$cur")
      return
      ;;
    --allow)
      mapfile -t COMPREPLY < <(compgen -W "attempts-multiply timeout-inversion retry-without-jitter \
        retry-without-guard budget-never-binds budget-always-denies breaker-never-opens \
        breaker-opens-on-noise bulkhead-too-small overloaded overloaded-by-one-retry unbounded-queue \
        dead-letters-unread visibility-timeout-below-handler hedge-exceeds-headroom outlier-never-ejects" -- "$cur")
      return
      ;;
    --metric)
      mapfile -t COMPREPLY < <(compgen -W "goodput_ratio goodput_per_s p50_ms p95_ms p99_ms latency_p50_ms \
        latency_p95_ms latency_p99_ms amplification wasted_ratio recovered" -- "$cur")
      return
      ;;
    --case | --scenario)
      mapfile -t COMPREPLY < <(compgen -W "$("$command_name" validate --names 2>/dev/null)" -- "$cur")
      return
      ;;
    --set | --seed | --variant | --replications | --jobs | --precision | --max-events | --max-memory | --z-max | \
      --trace-requests | --call | --policy | --port | --host) return ;;
  esac

  if [[ "$cur" == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    return
  fi
  ((positionals < positionals_max)) || return
  if [[ "$command" == import ]]; then
    if ((positionals == 0)); then
      mapfile -t COMPREPLY < <(compgen -W "envoy istio grpc resilience4j" -- "$cur")
    else
      _squall_files -f
    fi
    return
  fi
  [[ "$command" == scenarios ]] || _squall_files -f
  _squall_names
}

# Adds the shipped scenarios that begin with $cur.
_squall_names() {
  local names
  names="$("$command_name" scenarios --names 2>/dev/null)"
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$names" -- "$cur")
}

# Files (-f) or folders (-d) that begin with $cur, quoted by readline.
_squall_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

complete -F _squall squall
