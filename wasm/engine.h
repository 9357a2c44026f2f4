#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * The engine as a WebAssembly module: what it exports, for web/src/engine/engine.ts.
 *
 * One scenario and one study at a time. Texts go in as UTF-8 in memory that squall_allocate() gave, and
 * come out as the output: squall_output_data() and squall_output_size(), which hold until the next call.
 * A function that returns 0 has failed; the output is then the error as a JSON object with `kind`
 * ("input", "environment"), `text` (the line that the command would print), `message`, `file`, `line` and
 * `key`. A bug ends the instance through proc_exit(70) with its message on standard error.
 *
 * Order of calls: squall_open(), squall_assign()..., squall_set_seed(), squall_build(); then
 * squall_check(), or squall_begin_...() and squall_step() until it is done. A call out of order fails.
 */
#ifdef __cplusplus
extern "C" {
#endif

/** Memory for an argument; squall_release() it after the call. Never null: without memory it traps. */
uint8_t* squall_allocate(size_t bytes);
void squall_release(uint8_t* memory);

const char* squall_output_data(void);
size_t squall_output_size(void);

/** The output becomes the version, as in `0.1.0`. */
void squall_version(void);

/**
 * Takes a scenario, and drops the one before with its study.
 * @param file  as messages call it
 * @param text  as the user wrote it
 * @param tree  the text parsed, as squall/scenario/parse_tree.hpp has it; empty: the text is JSON
 */
int squall_open(const char* file, size_t file_size, const char* text, size_t text_size,
                const char* tree, size_t tree_size);
/**
 * As `--set`.
 * @param assignment  PATH=VALUE
 * @param tree        the value parsed, that is what stands behind the first `=` without blanks around
 */
int squall_assign(const char* assignment, size_t assignment_size, const char* tree,
                  size_t tree_size);
/** As `--seed`. */
int squall_set_seed(const char* digits, size_t digits_size);
/** Builds what was opened and changed. The output becomes its warnings, a JSON array of lines. */
int squall_build(void);

/**
 * The output becomes an object of `findings` (text, as of `squall check --format json`), `yaml` and
 * `document` (text: the scenario with every default) and `variants` (names).
 */
int squall_check(void);

/**
 * Begins what `squall compare` does, in place of any study under way.
 * @param replications      > 0
 * @param page              not 0: look at the runs over time too, for squall_page()
 * @param events_max        of each run; 0: no limit
 * @param memory_bytes_max  of all runs under way; 0: no limit
 */
int squall_begin_compare(uint32_t replications, int page, double events_max, double memory_bytes_max);
/** Begins what `squall run` does. @param variant  its name; empty: the scenario without changes */
int squall_begin_run(const char* variant, size_t variant_size, uint32_t replications,
                     int page, double events_max, double memory_bytes_max);
/** Takes the study one step further, some milliseconds of work. @return 0: failed; 1: goes on; 2: done. */
int squall_step(void);
/** Share of the study that is behind, in [0, 1]; 0 without one. */
double squall_progress(void);
/** The output becomes what is under way, for people. */
int squall_label(void);
/** The output becomes the bytes of `--json -`; before the study is done what there is so far. */
int squall_result(void);
/**
 * The output becomes the page data (squall/report/page_json.hpp) without a command; before the study is
 * done what there is so far. Without `page` at the beginning no variant has runs in it.
 */
int squall_page(void);
/** The output becomes a JSON array: a line for each expectation that was not met. */
int squall_unmet(void);
/** Drops the study, and the memory that it holds. */
void squall_end(void);

#ifdef __cplusplus
}
#endif
