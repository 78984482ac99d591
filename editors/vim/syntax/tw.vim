" Vim syntax file for tw, made by `make docs` from the language's own lists.
if exists("b:current_syntax")
  finish
endif

syn case match
syn iskeyword @,48-57,_,192-255
syn keyword twKeyword break catch continue else fn for if param return try use while
syn keyword twOperatorWord and or not in
syn keyword twConstant true false nil pi inf nan tw
syn keyword twFunction abs acos aggregate all any argmax argmin argsort arrows3 asin assert atan
syn keyword twFunction atan2 bars bias_tokens bytes ceil chr clip composition composition_scores
syn keyword twFunction concat copying_score cos cosine coverage cumsum decode dense diag distance
syn keyword twFunction dot drop eig eigh encode ends_with enumerate error exp eye filter first floor
syn keyword twFunction fold format forward from_bytes gelu generate get grid group_by heatmap help
syn keyword twFunction hist isnan items join keys kmeans kron label last len line linkage ln load
syn keyword twFunction log log10 log2 log_softmax logit_lens logsumexp lower map max maximum mean
syn keyword twFunction median merge min minimum models nearest needs norm number ones ord outer pca
syn keyword twFunction permutation pivot print progress project qr quantile randint randn range rank
syn keyword twFunction read_csv read_json read_lines read_npy read_text record relu remove rename
syn keyword twFunction replace repr reshape round same save scatter scatter3 show sigmoid sign
syn keyword twFunction similarity sin softmax solve sort sort_by split sqrt stack starts_with std
syn keyword twFunction string strip sum surface svd table tan tanh tensor time token_bytes tokenizer
syn keyword twFunction tokens top_norms topk trace tril triu trustworthiness type umap uniform
syn keyword twFunction unique upper values var where wqk wvo zeros zip
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
