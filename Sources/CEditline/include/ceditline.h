// libedit. `el_set` is variadic, which Swift cannot call: this header wraps the uses that the prompt has of it.
#pragma once
#include <histedit.h>
