#include "embedded.h"

// #embed is C23; the compiler has it in every mode and would mention that six times.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_BYTES(name) static const unsigned char name[] __attribute__((aligned(64)))

FILE_BYTES(mini_config) = {
#embed "../../Models/mini/config.json"
};
FILE_BYTES(mini_weights) = {
#embed "../../Models/mini/model.safetensors"
};
FILE_BYTES(mini_vocab) = {
#embed "../../Models/mini/vocab.json"
};
FILE_BYTES(mini_merges) = {
#embed "../../Models/mini/merges.txt"
};
FILE_BYTES(gpt2_vocab) = {
#embed "../../Models/gpt2-tokenizer/vocab.json"
};
FILE_BYTES(gpt2_merges) = {
#embed "../../Models/gpt2-tokenizer/merges.txt"
};
FILE_BYTES(prelude) = {
#embed "../../stdlib/prelude.tw"
};
FILE_BYTES(metrics) = {
#embed "../../stdlib/metrics.tw"
};
FILE_BYTES(attribution) = {
#embed "../../stdlib/attribution.tw"
};
FILE_BYTES(patching) = {
#embed "../../stdlib/patching.tw"
};
FILE_BYTES(states) = {
#embed "../../stdlib/states.tw"
};
FILE_BYTES(probes) = {
#embed "../../stdlib/probes.tw"
};
FILE_BYTES(geometry) = {
#embed "../../stdlib/geometry.tw"
};
FILE_BYTES(options) = {
#embed "../../stdlib/options.tw"
};
FILE_BYTES(samples) = {
#embed "../../stdlib/samples.tw"
};
FILE_BYTES(vision) = {
#embed "../../stdlib/vision.tw"
};
FILE_BYTES(common_nouns) = {
#embed "../../data/common_nouns.txt"
};
FILE_BYTES(page_html) = {
#embed "../../page/figure.html"
};
FILE_BYTES(page_css) = {
#embed "../../page/figure.css"
};
FILE_BYTES(page_common) = {
#embed "../../page/page.js"
};
FILE_BYTES(page_attention) = {
#embed "../../page/attention.js"
};
FILE_BYTES(page_js) = {
#embed "../../page/figure.js"
};
FILE_BYTES(page_notebook) = {
#embed "../../page/notebook.js"
};

#define ENTRY(path, name) {path, name, sizeof name}

const struct tw_embedded_file tw_embedded_files[] = {
    ENTRY("Models/mini/config.json", mini_config),
    ENTRY("Models/mini/model.safetensors", mini_weights),
    ENTRY("Models/mini/vocab.json", mini_vocab),
    ENTRY("Models/mini/merges.txt", mini_merges),
    ENTRY("Models/gpt2-tokenizer/vocab.json", gpt2_vocab),
    ENTRY("Models/gpt2-tokenizer/merges.txt", gpt2_merges),
    ENTRY("stdlib/prelude.tw", prelude),
    ENTRY("stdlib/metrics.tw", metrics),
    ENTRY("stdlib/attribution.tw", attribution),
    ENTRY("stdlib/patching.tw", patching),
    ENTRY("stdlib/states.tw", states),
    ENTRY("stdlib/probes.tw", probes),
    ENTRY("stdlib/geometry.tw", geometry),
    ENTRY("stdlib/options.tw", options),
    ENTRY("stdlib/samples.tw", samples),
    ENTRY("stdlib/vision.tw", vision),
    ENTRY("data/common_nouns.txt", common_nouns),
    ENTRY("page/figure.html", page_html),
    ENTRY("page/figure.css", page_css),
    ENTRY("page/page.js", page_common),
    ENTRY("page/attention.js", page_attention),
    ENTRY("page/figure.js", page_js),
    ENTRY("page/notebook.js", page_notebook),
};

const size_t tw_embedded_file_count = sizeof tw_embedded_files / sizeof tw_embedded_files[0];
