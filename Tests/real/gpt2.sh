#!/usr/bin/env bash
# The real GPT-2, where it is in the cache: its logits and attention against published numbers (gpt2_numbers.json: the output of the authors of an
# interactive explainer of transformers, in ONNX, float32), then the paper's recipes on it. gpt2.sh TW [MODEL] [NUMBERS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tw=$(realpath "$1")
model=${2-openai-community/gpt2}
numbers=${3-Tests/real/gpt2_numbers.json}

if ! answer=$("$tw" - 2>&1 <<<"load(\"$model\");"); then
  if [[ $answer == *E0504* ]]; then
    echo "gpt2: left out: $model is not in the cache of models; get it with: tw pull $model"
    exit 0
  fi
  printf '%s\n' "$answer" >&2
  exit 1
fi
echo "gpt2: $("$tw" Tests/real/gpt2.tw --model "$model" --numbers "$numbers")"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
run() {
  local name=$1
  shift
  "$tw" --allow-write "$out" "examples/$name.tw" --model "$model" --out "$out/$name" "$@" >"$out/$name.txt"
  [[ -s $out/$name.txt ]]
}
run word_embeddings
run layer_norm
run common_nouns --prefix ' '
run svd_analysis --blocks 0
run trajectory --rows 1000
echo "gpt2: word_embeddings, layer_norm, common_nouns, svd_analysis and trajectory run"
echo
echo "The first table of the paper: distances of word embeddings from their mean"
sed '/^Longest/,$d' "$out/word_embeddings.txt" | sed '/^$/d'
echo
echo "Block 0, head 3: what the nouns look for"
awk '/^=== block/ { wanted = $3 == 0 } wanted && /^Query/ { noun = $2 } wanted && /Head 3:/ { sub(/^.*Head 3: /, ""); printf "%-12s %s\n", noun, $0 }' \
  "$out/common_nouns/common_noun_logs_qk.txt" | head -20
