#include "yaml_cause.h"

#include <string.h>

/* What libyaml says (a part of it; NULL: whatever it says), and what may have caused it; the first
 * that is found is told. */
static const struct {
    const char *problem;
    yaml_cause *cause;
} causes[] = {
    {NULL, yaml_cause_conflict},
    {NULL, yaml_cause_template},
    {NULL, yaml_cause_quote},
    {"tab character", yaml_cause_tab},
    {"cannot start any token", yaml_cause_tab},
    {"cannot start any token", yaml_cause_first_letter},
    {"expected ',' or", yaml_cause_json_comment},
    {"expected ',' or", yaml_cause_bracket},
    {"expected node content", yaml_cause_nothing},
    {"mapping values are not allowed", yaml_cause_second_colon},
    {"mapping values are not allowed", yaml_cause_line_above},
    {"could not find expected ':'", yaml_cause_key},
    {"did not find expected key", yaml_cause_after_value},
    {"did not find expected key", yaml_cause_nothing},
    {"did not find expected key", yaml_cause_indentation},
    {"expected <document start>", yaml_cause_after_value},
    {"expected <document start>", yaml_cause_outside},
    {"expected <document start>", yaml_cause_separator},
    {"expected '-' indicator", yaml_cause_missing_dash},
    {"sequence entries are not allowed", yaml_cause_list_on_line},
    {"comment or line break", yaml_cause_block_text},
    {"unknown escape character", yaml_cause_escape},
    {"expected hexdecimal number", yaml_cause_escape},
    {"expected alphabetic or numeric", yaml_cause_anchor},
    {"undefined tag handle", yaml_cause_anchor},
    {"directive", yaml_cause_directive},
};
enum { CAUSES = sizeof(causes) / sizeof(causes[0]) };

void yaml_blame_cause(const struct yaml_trouble *trouble)
{
    for (size_t i = 0; i < CAUSES; i++) {
        const bool asked =
            causes[i].problem == NULL || strstr(trouble->problem, causes[i].problem) != NULL;

        if (asked && causes[i].cause(trouble))
            return;
    }
}
