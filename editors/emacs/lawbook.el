;;; lawbook.el --- Findings of lawbook in Emacs  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "28.1"))
;; License: MIT OR Apache-2.0

;;; Commentary:

;; Three ways, of which one is enough.
;;
;; With lsp-mode, beside the other servers of a buffer, with fixes:
;;
;;     (require 'lawbook)
;;
;; With Flymake alone, and beside Eglot, which has one server for a buffer; findings without fixes:
;;
;;     (require 'lawbook)
;;     (add-hook 'prog-mode-hook #'lawbook-flymake-setup)
;;     (add-hook 'eglot-managed-mode-hook #'lawbook-flymake-setup)
;;
;; With Eglot, as the one server of some modes:
;;
;;     (add-to-list 'eglot-server-programs '((js-mode typescript-mode) . ("lawbook" "lsp")))

;;; Code:

(require 'cl-lib)
(require 'flymake)

(defgroup lawbook nil
  "Findings of lawbook."
  :group 'tools)

(defcustom lawbook-program "lawbook"
  "The program, by name or path."
  :type 'string)

(defcustom lawbook-settings nil
  "Settings of the language server, as a property list: (:run \"onSave\")."
  :type 'plist)

(defconst lawbook-file-name
  (concat "\\."
          (regexp-opt '("cjs" "cts" "js" "jsx" "markdown" "md" "mjs" "mts" "py" "pyi" "pyw" "rs" "ts" "tsx"))
          "\\'")
  "The names of files that are checked.")

(defconst lawbook-law-file-name "\\(?:\\`\\|/\\)lawbook\\.toml\\'"
  "The name of the configuration, which the language server checks as well.")

;;;; Flymake

(defvar-local lawbook--process nil
  "The check of this buffer that runs.")

(defun lawbook--flymake-diagnostic (buffer found)
  "Make a diagnostic of Flymake for BUFFER from FOUND, a diagnostic of a report."
  (let-alist found
    (cl-flet ((position (place)
                (save-excursion
                  (goto-char (point-min))
                  (forward-line (1- (alist-get 'line place)))
                  (min (line-end-position) (+ (point) (1- (alist-get 'column place)))))))
      (with-current-buffer buffer
        (save-restriction
          (widen)
          (let* ((start (position .range.start))
                 (end (position .range.end)))
            (flymake-make-diagnostic
             buffer start (max end (min (1+ start) (point-max)))
             (pcase .severity ("error" :error) ("warning" :warning) (_ :note))
             (concat .message " [" .rule "]" (and .do (concat "\n" .do))))))))))

(defun lawbook--flymake-answer (buffer report-fn text)
  "Give the diagnostics of BUFFER that stand in TEXT, a report, to REPORT-FN."
  (let* ((report (json-parse-string text :object-type 'alist :array-type 'list :null-object nil :false-object nil))
         (found (alist-get 'diagnostics report)))
    (dolist (mistake (alist-get 'mistakes report))
      (let-alist mistake
        (flymake-log :warning "lawbook could not check: %s%s" (if .path (concat .path ": ") "") .message)))
    (funcall report-fn (mapcar (lambda (each) (lawbook--flymake-diagnostic buffer each)) found))))

(defun lawbook-flymake (report-fn &rest _)
  "Check the text of this buffer, and give its findings to REPORT-FN."
  (unless (executable-find lawbook-program)
    (error "There is no `%s' on the path" lawbook-program))
  (when (process-live-p lawbook--process)
    (kill-process lawbook--process))
  (let* ((source (current-buffer))
         (coding-system-for-write 'utf-8-unix)
         (coding-system-for-read 'utf-8-unix)
         (output (generate-new-buffer " *lawbook*"))
         (errors (generate-new-buffer " *lawbook errors*")))
    (setq lawbook--process
          (make-process
           :name "lawbook" :noquery t :connection-type 'pipe :buffer output :stderr errors
           :command (list lawbook-program "check" "--stdin-filename" buffer-file-name "--format" "json")
           :sentinel
           (lambda (process _)
             (when (memq (process-status process) '(exit signal))
               (unwind-protect
                   ;; One that was replaced by a newer one says nothing.
                   (when (and (buffer-live-p source)
                              (eq process (buffer-local-value 'lawbook--process source))
                              (eq (process-status process) 'exit))
                     (lawbook--flymake-answer source report-fn (with-current-buffer output (buffer-string))))
                 (kill-buffer output)
                 (kill-buffer errors))))))
    (set-process-query-on-exit-flag (get-buffer-process errors) nil)
    (set-process-sentinel (get-buffer-process errors) #'ignore)
    (save-restriction
      (widen)
      (process-send-region lawbook--process (point-min) (point-max)))
    (process-send-eof lawbook--process)))

;;;###autoload
(defun lawbook-flymake-setup ()
  "Have Flymake show the findings of this buffer.
Only where a `lawbook.toml' stands beside the file or above it."
  (interactive)
  (when (and buffer-file-name
             (string-match-p lawbook-file-name buffer-file-name)
             (locate-dominating-file buffer-file-name "lawbook.toml"))
    (add-hook 'flymake-diagnostic-functions #'lawbook-flymake nil t)
    (flymake-mode 1)))

;;;; lsp-mode

(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-register-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")

(with-eval-after-load 'lsp-mode
  (defvar lsp-language-id-configuration)
  (dolist (language '((toml-mode . "toml") (toml-ts-mode . "toml") (conf-toml-mode . "toml")))
    (add-to-list 'lsp-language-id-configuration language t))
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection (lambda () (list lawbook-program "lsp")))
    :activation-fn (lambda (file-name &optional _mode)
                     (and (or (string-match-p lawbook-file-name file-name)
                              (string-match-p lawbook-law-file-name file-name))
                          (locate-dominating-file file-name "lawbook.toml")
                          t))
    :server-id 'lawbook
    ;; Beside the other servers of a buffer.
    :add-on? t
    :priority -3
    :multi-root t
    :initialization-options (lambda () (or lawbook-settings (make-hash-table))))))

(provide 'lawbook)
;;; lawbook.el ends here
