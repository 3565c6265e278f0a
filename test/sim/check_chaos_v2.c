#include "chaos_play.h"
#include "chaos_v2.h"

/* Random histories of planetscale.com/v2. */

static void tests(TCase *tcase)
{
    play_chaos(tcase, &v2_chaos);
}

TEST_MAIN(tests)
