" Vim syntax file for tw, made by `make docs` from the language's own lists.
if exists("b:current_syntax")
  finish
endif

syn case match
syn iskeyword @,48-57,_,192-255
syn keyword twKeyword break catch continue else fn for if param return try use while
syn keyword twOperatorWord and or not in
syn keyword twConstant true false nil pi inf nan tw
syn keyword twFunction abs acos activate aggregate all any argmax argmin argsort arrows3 asin assert
syn keyword twFunction atan atan2 bars bias_tokens bytes ceil chr clip composition
syn keyword twFunction composition_scores concat copying_score cos cosine coverage cumsum decode
syn keyword twFunction dense diag distance dot drop eig eigh encode ends_with enumerate error exp
syn keyword twFunction eye fill filter first floor fold format forward from_bytes gelu generate get
syn keyword twFunction grid group_by heatmap help hist imshow isnan items join key_rows keys kmeans
syn keyword twFunction kron label last len line linkage ln load log log10 log2 log_softmax
syn keyword twFunction logit_lens logsumexp lower map max maximum mean median merge min minimum
syn keyword twFunction mixing models nearest needs norm number ones ord outer patches pca
syn keyword twFunction permutation pivot pixels print progress project provenance qr quantile
syn keyword twFunction query_rows randint randn range rank read_csv read_image read_json read_lines
syn keyword twFunction read_npy read_text record relu remove rename replace repr reshape round same
syn keyword twFunction save scatter scatter3 show sigmoid sign similarity sin softmax solve sort
syn keyword twFunction sort_by split sqrt stack starts_with std string strip sum surface svd table
syn keyword twFunction tan tanh tensor time token_bytes token_space tokenizer tokens top_norms topk
syn keyword twFunction trace tril triu trustworthiness type umap unembed uniform unique upper values
syn keyword twFunction var where wqk wvo zeros zip
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
