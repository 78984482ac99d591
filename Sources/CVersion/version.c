// A target of its own: a new commit compiles this file again, and nothing else.
#include "cversion.h"

#ifndef TW_COMMIT
#define TW_COMMIT ""
#endif

const char *tw_commit(void) { return TW_COMMIT; }
