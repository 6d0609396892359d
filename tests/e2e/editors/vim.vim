" The story in Vim with ALE: finding, hover, fix, saved, finding gone. Started by test_editors.py with `vim -u` on a
" terminal; $SNIPPET is the configuration from docs/editors.md, $FILE the program, $LOG where it says what happened.
set nocompatible nomore nobackup noswapfile shortmess+=A
set runtimepath^=/usr/share/vim-ale
let g:ale_lint_delay = 100
let g:ale_hover_to_floating_preview = 0
let g:ale_hover_to_preview = 1
filetype plugin on
runtime plugin/ale.vim
execute 'source' fnameescape($SNIPPET)

function! s:Log(text) abort
  call writefile([a:text], $LOG, 'a')
endfunction

function! s:Wait(what, Condition) abort
  for l:try in range(4800)
    if a:Condition()
      call s:Log('ok ' . a:what)
      return
    endif
    sleep 50m
  endfor
  throw 'timeout: ' . a:what
endfunction

function! s:Found() abort
  return ale#engine#GetLoclist(bufnr(''))
endfunction

let s:hover = ''
function! s:Hover() abort
  for l:window in range(1, winnr('$'))
    if getwinvar(l:window, '&previewwindow')
      let s:hover = join(getbufline(winbufnr(l:window), 1, '$'), ' / ')
    endif
  endfor
  return !empty(s:hover)
endfunction

" Of answers to several askings one is applied: ALE does not look at the version that an edit is for.
let s:applied = 0
function! s:Apply(data, items) abort
  for [l:kind, l:action] in a:items
    call s:Log('action: ' . l:action.title)
    if !s:applied && stridx(l:action.title, $ACTION) >= 0
      let s:applied = 1
      call ale#codefix#ApplyLSPCodeAction(a:data, l:action)
      return
    endif
  endfor
endfunction

" Fixes are offered once they were proven, so one who asks at once asks again.
let s:tries = 0
function! s:Ask() abort
  if s:tries % 20 == 0
    call ale#codefix#Execute(0, function('s:Apply'))
  endif
  let s:tries += 1
  return 0
endfunction

function! s:Story() abort
  execute 'edit' fnameescape($FILE)
  call s:Wait('one finding', {-> len(s:Found()) == 1})
  let l:finding = s:Found()[0]
  let l:line = getline(l:finding.lnum)
  call s:Log('under the finding: ' . strpart(l:line, l:finding.col - 1, l:finding.end_col - l:finding.col + 1))
  call s:Log('finding: ' . l:finding.text)
  call cursor(l:finding.lnum, stridx(l:line, 'readings') + 2)
  call ale#hover#Show(bufnr(''), line('.'), col('.'), {})
  call s:Wait('hover', function('s:Hover'))
  call s:Log('hover: ' . s:hover)
  pclose
  call cursor(l:finding.lnum, l:finding.col)
  call s:Wait('fix applied', {-> getline(l:finding.lnum) !=# l:line || s:Ask()})
  silent write
  call s:Wait('no finding', {-> empty(s:Found())})
  call s:Log('PASS')
endfunction

function! s:Run(timer) abort
  try
    call s:Story()
    qall!
  catch
    call s:Log('FAIL ' . v:exception . ' at ' . v:throwpoint)
    cquit!
  endtry
endfunction

" ALE works in timers; the story starts once Vim is up.
autocmd VimEnter * call timer_start(100, function('s:Run'))
