#include "install.h"

#include <string.h>

#include "cli/base/cli.h"

/* Which APIs are installed. */

const char install_api_help[] =
    "Which API: v1alpha1 (vitess.io/v1alpha1) is the default, v2 is planetscale.com/v2, the one of "
    "the Vitess docs. To install one beside the other is as good as both.";

static const struct api *const *alone(const char *version)
{
    const struct api **only = arena_array(cli_arena(), 2, sizeof(*only));

    for (const struct api *const *api = apis; *api != NULL; api++) {
        if (text_equal(version_of_api(*api), version)) {
            only[0] = *api;
            return only;
        }
    }
    return NULL;
}

const struct api *const *install_apis(const char *name)
{
    if (text_equal(name, "both"))
        return apis;
    return alone(name == NULL ? version_of_api(apis[0]) : name);
}
