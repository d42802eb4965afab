--- The language server of lawbook for Neovim 0.11 and newer.
---
--- Copy this file to `~/.config/nvim/lsp/lawbook.lua`, or put the folder `editors/nvim` on the runtime path, and add
--- `vim.lsp.enable('lawbook')` to `init.lua`. What differs from it goes to `vim.lsp.config('lawbook', { … })`.
---
--- `:LspLawbookFixAll` applies every safe fix of the buffer; it returns when they are applied, so that it can run before a
--- file is written.

local FIX_ALL = 'source.fixAll.lawbook'
local REFRESH = 'workspace/diagnostic/refresh'
local SHOW = 'window/showDocument'

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

--- Shows a place, and selects it, so that what is typed replaces it: the server shows where the reason of a suppression is to
--- be written. Neovim by itself puts the cursor there.
---@type lsp.Handler
local function show_document(failure, params, context)
  local answer = vim.lsp.handlers[SHOW](failure, params, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local range = params.selection
  if answer.success and client and range and range.start.line == range['end'].line then
    local line = vim.api.nvim_get_current_line()
    local row, first = unpack(vim.api.nvim_win_get_cursor(0))
    local last = vim.str_byteindex(line, client.offset_encoding, range['end'].character, false)
    if first < last then
      local columns = { vim.fn.virtcol({ row, first + 1 }), vim.fn.virtcol({ row, last }) }
      local keys = ('<Esc>%dG%d|v%d|<C-g>'):format(row, columns[1], columns[2])
      vim.api.nvim_feedkeys(vim.keycode(keys), 'n', false)
    end
  end
  return answer
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
  handlers = {
    [REFRESH] = not vim.lsp.handlers[REFRESH] and refresh or nil,
    [SHOW] = show_document,
  },
  on_attach = function(client, bufnr)
    vim.api.nvim_buf_create_user_command(bufnr, 'LspLawbookFixAll', function()
      fix_all(client, bufnr)
    end, { desc = 'Apply every safe fix of lawbook' })
  end,
}
