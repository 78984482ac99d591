# Drawn with: gnuplot -d FILE
set encoding utf8
set terminal svg size 800,500 noenhanced font 'sans-serif,13' background 'white'
set output 'd.svg'
$data0_0 << END
0.0 1.0
1.0 2.0
2.0 3.0
3.0 4.0
4.0 5.0
5.0 6.0
6.0 7.0
7.0 8.0
END
set title ''."\047".'t'."\047".'' font ',14'
set border 3 lc rgb '#555555'
set tics nomirror out scale 0.6 tc rgb '#333333'
set xrange [-0.79:7.79]
set yrange [0.0:8.48]
set grid ytics lc rgb '#dddddd' lw 0.6 lt 1
set xtics norotate (''."\047".''."\047".'q'."\047".'' 0, 'a'."\047".''."\047".'b' 1, ''."\140".'id'."\140".'' 2, ''."\134".'' 3, '$x' 4, '%%d' 5, ''."\100".'y' 6, '#' 7)
unset key
unset colorbox
plot $data0_0 using 1:2:(0.8) with boxes fs solid 0.9 noborder lc rgb '#0072b2' notitle
