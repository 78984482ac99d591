" Vim syntax file for tw, made by `make docs` from the language's own lists.
if exists("b:current_syntax")
  finish
endif

syn case match
syn iskeyword @,48-57,_,192-255
syn keyword twKeyword break catch continue else fn for if param return try use while
syn keyword twOperatorWord and or not in
syn keyword twConstant true false nil pi inf nan tw
syn keyword twFunction ablate abs acos activate activating aggregate all any argmax argmin argsort
syn keyword twFunction arrows3 asin assert atan atan2 attribution attribution_patch bars bias_tokens
syn keyword twFunction bytes ceil chr clip composition composition_scores concat copying_score cos
syn keyword twFunction cosine coverage cumsum decode dense diag direction distance dot drop eig eigh
syn keyword twFunction encode ends_with enumerate error exp eye fill filter first floor fold format
syn keyword twFunction forward from_bytes gelu generate get grid group_by head_scores heatmap help
syn keyword twFunction hist imshow isnan items join key_rows keys kl_from kmeans kron label last len
syn keyword twFunction line linkage ln load log log10 log2 log_probability log_softmax
syn keyword twFunction logit_difference logit_lens logsumexp lower map max maximum mean median merge
syn keyword twFunction min minimum mixing models nearest needs norm number ones ord outer patch
syn keyword twFunction patches path_patch pca permutation pivot pixels print probe progress project
syn keyword twFunction provenance qr quantile query_rows randint randn range rank read_csv
syn keyword twFunction read_image read_json read_lines read_npy read_safetensors read_text record
syn keyword twFunction relu remove rename replace repr reshape round same save scatter scatter3 show
syn keyword twFunction sigmoid sign similarity sin softmax solve sort sort_by split sqrt stack
syn keyword twFunction starts_with std steer string strip sum surface svd table tan tanh tensor time
syn keyword twFunction token_bytes token_space tokenizer tokens top_norms topk trace tril triu
syn keyword twFunction trustworthiness type umap unembed uniform unique upper values var where wqk
syn keyword twFunction wvo zeros zip
syn match twKeyword "^\%(needs\)\ze\s\+tw\>"
syn match twField "\.\s*\h\w*"
syn match twParamType ":\s*\%(string\|number\|bool\|list\|model\|file\|folder\)\>" contained
syn match twParam "^\s*param\s.*$" contains=twKeyword,twParamType,twString,twNumber,twConstant,twComment
syn match twNumber "\<0x[0-9a-fA-F_]\+\|\<\d[0-9_]*\%(\.\d[0-9_]*\)\?\%([eE][+-]\?\d\+\)\?"
syn match twArrow "=>\||>"
syn match twEscape +\\\%([ntr"\\{]\|u{\x*}\|x\x\x\)+ contained
syn region twInterpolation matchgroup=twEscape start="{" end="}" contained contains=TOP
syn region twString start=+"+ skip=+\\.+ end=+"+ contains=twEscape,twInterpolation
syn region twString start=+"""+ skip=+\\.+ end=+"""+ contains=twEscape,twInterpolation
syn region twString start=+\<r"+ end=+"+
syn match twComment "#.*$" contains=@Spell
syn match twDocumentation "^\s*##.*$" contains=@Spell

hi def link twKeyword Keyword
hi def link twOperatorWord Operator
hi def link twConstant Constant
hi def link twFunction Function
hi def link twParamType Type
hi def link twNumber Number
hi def link twArrow Operator
hi def link twString String
hi def link twEscape SpecialChar
hi def link twComment Comment
hi def link twDocumentation SpecialComment

let b:current_syntax = "tw"
