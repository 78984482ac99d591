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
syn keyword twFunction arrows3 asin assert atan atan2 attention attribution attribution_patch bars
syn keyword twFunction bias_tokens bytes ceil check chr clip composition composition_scores concat
syn keyword twFunction copying_score cos cosine coverage cumsum decode dense diag direction distance
syn keyword twFunction dot drop eig eigh encode ends_with enumerate error exp eye fill filter first
syn keyword twFunction floor fold format forward from_bytes gelu generate get grid group_by
syn keyword twFunction head_scores heatmap help highlight hist imshow isnan items join key_rows keys
syn keyword twFunction kl_from kmeans kron label last len line linkage ln load log log10 log2
syn keyword twFunction log_probability log_softmax logit_difference logit_lens logit_lens_map
syn keyword twFunction logsumexp lower map max maximum mean median merge min minimum mixing models
syn keyword twFunction nearest needs norm number ones ord outer patch patches path_patch pca
syn keyword twFunction permutation pivot pixels print probe progress project provenance qr quantile
syn keyword twFunction query_rows randint randn range rank read_csv read_image read_json read_lines
syn keyword twFunction read_npy read_safetensors read_text record relu remove rename replace repr
syn keyword twFunction reshape round same save scatter scatter3 show sigmoid sign similarity sin
syn keyword twFunction softmax solve sort sort_by split sqrt stack starts_with std steer string
syn keyword twFunction strip sum surface svd table tan tanh tensor time token_bytes token_space
syn keyword twFunction tokenizer tokens top_norms topk trace tril triu trustworthiness type umap
syn keyword twFunction unembed uniform unique upper values var where wqk wvo zeros zip
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
