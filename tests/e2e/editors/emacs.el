;;; The story in Emacs: finding, hover, fix, saved, finding gone.  -*- lexical-binding: t -*-
;; Started by test_editors.py with `emacs -q --batch -l` (-Q would hide the packaged eglot); SNIPPET is the
;; configuration from docs/editors.md, FILE the program.
(package-initialize)
(setq make-backup-files nil create-lockfiles nil eglot-sync-connect 240 eglot-confirm-server-initiated-edits nil)
(load (getenv "SNIPPET") nil t t)

(defun story-wait (what condition)
  "Run the event loop until CONDITION holds, and return its value."
  (let ((end (+ (float-time) 240)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (unless value
      (message "FAIL timeout: %s" what)
      (kill-emacs 1))
    (message "ok %s" what)
    value))

(find-file (getenv "FILE"))
(setq-local python-indent-guess-indent-offset nil)
;; The hook of the snippet waits for the next command, and a batch run has none.
(apply #'eglot (eglot--guess-contact))
(story-wait "connected" #'eglot-current-server)

(let* ((finding (car (story-wait "one finding" (lambda () (flymake-start) (flymake-diagnostics)))))
       (beginning (flymake-diagnostic-beg finding))
       (end (flymake-diagnostic-end finding))
       (before (buffer-string)))
  (message "under the finding: %s" (buffer-substring-no-properties beginning end))
  (message "finding: %s" (flymake-diagnostic-text finding))
  (goto-char beginning)
  (search-forward "readin" end)
  (let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover (eglot--TextDocumentPositionParams) :timeout 240)))
    (message "hover: %s" (replace-regexp-in-string "\n" " / " (eglot--hover-info (plist-get hover :contents)))))
  (goto-char beginning)
  ;; Fixes are offered once they were proven, so one who asks at once asks again.
  (let ((chosen
         (story-wait
          "the fix is offered"
          (lambda ()
            (let ((actions (ignore-errors (append (eglot-code-actions beginning end "quickfix" nil) nil))))
              (dolist (action actions)
                (message "action: %s" (plist-get action :title)))
              (seq-find (lambda (action) (string-search (getenv "ACTION") (plist-get action :title))) actions))))))
    (eglot--apply-workspace-edit (plist-get chosen :edit)))
  (story-wait "fix applied" (lambda () (not (equal before (buffer-string)))))
  ;; Changes are sent when Emacs is idle, which a batch run never is, or when the buffer is saved.
  (save-buffer)
  (story-wait "no finding" (lambda () (flymake-start) (null (flymake-diagnostics))))
  (eglot-shutdown (eglot-current-server))
  (message "PASS")
  (kill-emacs 0))
