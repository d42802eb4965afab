--- The language server of lawbook for Neovim 0.11 and newer.
---
--- Copy this file to `~/.config/nvim/lsp/lawbook.lua`, or put the folder `editors/nvim` on the runtime path, and add
--- `vim.lsp.enable('lawbook')` to `init.lua`. What differs from it goes to `vim.lsp.config('lawbook', { … })`.
---
--- `:LspLawbookFixAll` applies every safe fix of the buffer; it returns when they are applied, so that it can run before a
--- file is written.

local FIX_ALL = 'source.fixAll.lawbook'
local REFRESH = 'workspace/diagnostic/refresh'

--- Asks again for the findings of every buffer of a client. Neovim 0.12 does this by itself; 0.11 asks only when a buffer
--- is opened or changed, and would show old findings after a change of `lawbook.toml` or of a page.
---@type lsp.Handler
local function refresh(_, _, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  for bufnr in pairs(client and client.attached_buffers or {}) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      local params = { textDocument = vim.lsp.util.make_text_document_params(bufnr) }
      client:request('textDocument/diagnostic', params, nil, bufnr)
    end
  end
  return vim.NIL
end

--- Applies every safe fix of a buffer, and waits for it.
---@param client vim.lsp.Client
---@param bufnr integer
local function fix_all(client, bufnr)
  local last = vim.api.nvim_buf_line_count(bufnr)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    range = { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } },
    context = { diagnostics = {}, only = { FIX_ALL } },
  }
  local answer = client:request_sync('textDocument/codeAction', params, 2000, bufnr)
  for _, action in ipairs(answer and answer.result or {}) do
    if not action.edit then
      local resolved = client:request_sync('codeAction/resolve', action, 2000, bufnr)
      action = resolved and resolved.result or action
    end
    if action.edit then
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
    end
  end
end

--- Selects the place of the reason in a suppression that was inserted, so that what is typed replaces it. The server does the
--- same for editors without such a command, but can only put the cursor there.
---@param command lsp.Command
---@param context lsp.HandlerContext
local function show_reason(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local uri, range = unpack(command.arguments)
  local encoding = client and client.offset_encoding or 'utf-16'
  vim.lsp.util.show_document({ uri = uri, range = range }, encoding, { focus = true, reuse_win = true })
  local row, line = range.start.line + 1, vim.api.nvim_get_current_line()
  local first = vim.str_byteindex(line, encoding, range.start.character, false)
  local last = vim.str_byteindex(line, encoding, range['end'].character, false)
  if first == last then
    vim.api.nvim_win_set_cursor(0, { row, first })
    vim.cmd.startinsert({ bang = first == #line })
    return
  end
  local keys = ('<Esc>%dG%d|v%d|<C-g>'):format(row, vim.fn.virtcol({ row, first + 1 }), vim.fn.virtcol({ row, last }))
  vim.api.nvim_feedkeys(vim.keycode(keys), 'n', false)
end

---@type vim.lsp.Config
return {
  cmd = { 'lawbook', 'lsp' },
  filetypes = {
    'javascript',
    'javascriptreact',
    'typescript',
    'typescriptreact',
    'rust',
    'python',
    -- Code in fenced blocks, and the pages of rules.
    'markdown',
    -- The configuration.
    'toml',
  },
  -- The repository first: a `lawbook.toml` in a folder below its top belongs to the same server.
  root_markers = { '.git', 'lawbook.toml' },
  workspace_required = true,
  capabilities = { workspace = { diagnostics = { refreshSupport = true } } },
  handlers = not vim.lsp.handlers[REFRESH] and { [REFRESH] = refresh } or nil,
  commands = { ['lawbook.showReason'] = show_reason },
  on_attach = function(client, bufnr)
    vim.api.nvim_buf_create_user_command(bufnr, 'LspLawbookFixAll', function()
      fix_all(client, bufnr)
    end, { desc = 'Apply every safe fix of lawbook' })
  end,
}
