#pragma once

/// The parts of --help that are prose.
namespace squall::cli::help {

inline constexpr const char* about =
    "A laboratory for retry storms: what retries, timeouts, breakers, bulkheads and queues do\n"
    "when something behind them gets slow.";

inline constexpr const char* top_footer =
    R"(SCENARIO is a file (YAML or JSON), - for standard input, or the name of a shipped scenario.
'squall COMMAND --help' explains a command.

Examples:
  squall compare                          five designs for one storm, side by side
  squall scenarios tutorial > my.yaml     a scenario to start from
  squall check my.yaml                    is it right, and what is going to hurt?
  squall validate                         does it agree with queueing theory?
  squall import envoy edge.yaml           the retries that a proxy makes, as policies
  squall serve --open                     move sliders and watch, in a web page

Exit status:
  0   done
  1   an expectation of the scenario was not met, a figure of validate is out, or check --strict
      has found something
  2   the command line, a file or the scenario is wrong
  3   the environment failed (a full disk), or a limit was reached (--max-events, --max-memory);
      in silence, if the reader of the output went away
  70  a bug in squall
  130 interrupted by Ctrl-C, 143 by SIGTERM: what was done is reported, marked as partial; a second
      one ends it at once)";

inline constexpr const char* compare_footer =
    R"(Prints a table with the variants as columns, the goodput of each over time, and what stands out.
Every variant gets the same arrivals and the same service times. Where the scenario has no
variants, it is run as it is.

One run proves little: with --replications every figure has a 95 % interval, variants are compared
run by run on the same random numbers, and where some runs collapse and others do not that is said
in place of a mean (docs/statistics.md).

--html writes one file that opens offline and can be mailed; it runs each variant once more, to look
at it over time (docs/report.md).

Examples:
  squall compare
  squall compare my.yaml --replications 20
  squall compare my.yaml --precision 1% --metric p99_ms
  squall compare my.yaml --seed 2
  squall compare tutorial-bursts --set policies.safe.bulkhead.max_concurrent=25
  squall compare my.yaml --set 'policies.client.retry.backoff={fixed: 100ms}'
  squall compare my.yaml --set expect=null --json result.json --csv result/
  squall compare my.yaml --html report.html         charts and the story of each variant, in one file
  squall compare my.yaml --json - | jq '.variants[].verdict'
  squall compare my.yaml --trace storm.json          single requests, for ui.perfetto.dev (docs/trace.md))";

inline constexpr const char* run_footer =
    R"(Runs the scenario without any variant's changes, or one of its variants.

Examples:
  squall run my.yaml
  squall run tutorial --variant event
  squall run my.yaml --replications 100 --jobs 4 --json result.json
  squall run my.yaml --trace storm.otlp.json --trace-requests 20     for Jaeger and Tempo
  squall run my.yaml --html - > report.html
  squall run my.yaml --max-events 1e9 --max-memory 2GB
  squall run tipping-point --variant arrival --set faults.trigger.for=2s)";

inline constexpr const char* check_footer =
    R"(Validates without running, and prints the whole scenario with every default filled in on standard
output. What it prints is a scenario, and checking that prints the same again.

On standard error it says what is going to hurt: for each finding the place, what is the matter, the
arithmetic with the numbers filled in, and the remedy; of each variant, and once where all share it.
docs/lint.md explains every code.

Examples:
  squall check my.yaml
  squall check my.yaml > /dev/null                  the findings alone
  squall check my.yaml --quiet && echo valid
  squall check my.yaml --strict --quiet             for CI: silent and 0 when there is nothing to mend
  squall check my.yaml --strict --allow unbounded-queue --allow retry-without-guard
  squall check my.yaml --format sarif > my.sarif    for code scanning
  squall check my.yaml --format json | jq '.findings[] | .code + " " + .key'
  squall check my.yaml --document json
  generate | squall check -)";

inline constexpr const char* scenarios_footer = R"(Examples:
  squall scenarios                        the shipped scenarios, a line each
  squall scenarios tutorial > my.yaml     one of them, as a file to copy)";

inline constexpr const char* validate_footer =
    R"(Runs scenarios of which theory knows the outcome, and prints for each figure the formula, its value,
the simulated mean with its 95 % interval, and the deviation z in standard errors. Ends with status
1 if a figure lies further off than --z-max, or if its standard error is larger than the level
allows. The same seed gives the same output with any number of threads.

Examples:
  squall validate
  squall validate --thorough --markdown docs/validation.md
  squall validate --list
  squall validate --case mm1-busy --case erlang-b --seed 2
  squall validate --scenario mm1-busy > mm1.yaml     the case as a scenario, to run and change
  squall validate --json - | jq '.cases[].figures[].z')";

inline constexpr const char* import_footer =
    R"(Prints the policies as YAML, with file and line of every value in a comment, and what the product
does by default written out. A service and workloads stand around them, so that the output can be
checked and run as it is. Every field without counterpart is listed on standard error, by file,
line and name (docs/import.md says what becomes of which field).

Examples:
  squall import envoy edge.yaml > edge-policies.yaml && squall check edge-policies.yaml
  squall import istio virtual-service.yaml destination-rule.yaml
  kubectl get virtualservices,destinationrules -o yaml | squall import istio -
  squall import grpc service_config.json
  squall import resilience4j application.yml --policy payments
  squall import resilience4j application.yml --into my.yaml --call 'shop->payments' > new.yaml)";

inline constexpr const char* serve_footer =
    R"(Prints the address of the playground and answers there until Ctrl-C. The page computes by itself,
with the engine of this command as WebAssembly, and needs no server once it is loaded: what stands in
it goes nowhere. It can be reached from this machine alone unless --host says otherwise, can write
nothing and read no file (docs/serve.md).

Examples:
  squall serve
  squall serve --open
  squall serve --port 0 --quiet           any free port, for scripts: prints the address alone
  squall serve --export public/           the same as static files, for any web host)";

}  // namespace squall::cli::help
