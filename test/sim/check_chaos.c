#include "chaos_play.h"
#include "chaos_v1alpha1.h"

/* Random histories of vitess.io/v1alpha1. */

static void tests(TCase *tcase)
{
    play_chaos(tcase, &v1alpha1_chaos);
}

TEST_MAIN(tests)
