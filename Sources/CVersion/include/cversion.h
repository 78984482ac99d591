#pragma once

/// The commit that the program was built from, with a + behind it where files had been changed; empty where there was no repository.
const char *tw_commit(void);
