au BufRead,BufNewFile *.tw setfiletype tw
