" Vim syntax file for tw, made by `make docs` from the language's own lists.
if exists("b:current_syntax")
  finish
endif

syn case match
syn iskeyword @,48-57,_,192-255
syn keyword twKeyword break catch continue else fn for if param return try use while
syn keyword twOperatorWord and or not in
syn keyword twConstant true false nil
syn keyword twFunction abs all any argmax argmin argsort arrows3 assert bars bias_tokens bytes clip
syn keyword twFunction composition composition_scores concat copying_score cosine coverage cumsum
syn keyword twFunction decode dense diag distance dot eig eigh encode ends_with enumerate error exp
syn keyword twFunction eye filter fold format forward gelu generate grid group_by heatmap help hist
syn keyword twFunction isnan join keys len line ln load log logit_lens lower map max mean min models
syn keyword twFunction nearest norm number ones outer pca print progress project qr randn range rank
syn keyword twFunction read_csv read_json read_lines read_npy read_text relu replace repr reshape
syn keyword twFunction round save scatter scatter3 show softmax solve sort sort_by split sqrt stack
syn keyword twFunction starts_with std string strip sum surface svd table tensor time token_bytes
syn keyword twFunction tokenizer tokens top_norms topk trace trustworthiness type umap unique upper
syn keyword twFunction values var where wqk wvo zeros zip
syn match twField "\.\s*\h\w*"
syn match twParamType ":\s*\%(string\|number\|bool\|list\)\>" contained
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
